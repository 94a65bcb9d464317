import { Metadata, MetadataKind, type Root, type Targets } from '@tufjs/models';
import { parseCanonical } from '../canonical.ts';
import { keyFromJson } from '../public-key.ts';
import type { Proposal } from './proposal.ts';

/** The metadata in a proposal, parsed: what is out now, and what is to come. */
export interface ParsedParts {
  readonly root: Metadata<Root> | undefined;
  readonly newRoot: Metadata<Root> | undefined;
  readonly roles: ReadonlyMap<string, Metadata<Targets>>;
  readonly newRoles: ReadonlyMap<string, Metadata<Targets>>;
}

/**
 * Parses the parts, and checks that what they are said to follow is signed as its own root asks for. Throws an error that
 * says what does not fit.
 */
export function parseParts({ root: rootBytes, roles: current, parts }: Proposal): ParsedParts {
  const root = rootBytes && Metadata.fromJSON(MetadataKind.Root, parse(rootBytes));
  root?.verifyDelegate('root', root);
  const roles = new Map(
    [...current].map(([role, bytes]) => [role, Metadata.fromJSON(MetadataKind.Targets, parse(bytes))]),
  );
  for (const [role, metadata] of roles) {
    const by = role === 'targets' ? root : roles.get('targets');
    if (!by) throw new Error(`the metadata of ${role} comes without that of the role above it`);
    by.verifyDelegate(role, metadata);
  }
  const rootPart = parts.find(({ role }) => role === 'root');
  const newRoot = rootPart && Metadata.fromJSON(MetadataKind.Root, unsigned(rootPart.signed));
  if (!root && !newRoot) throw new Error('it has no root');
  const newRoles = new Map(
    parts
      .filter(({ role }) => role !== 'root')
      .map(({ role, signed }) => [role, Metadata.fromJSON(MetadataKind.Targets, unsigned(signed))]),
  );
  for (const metadata of [newRoot, ...newRoles.values()]) if (metadata) refuseForeignKeys(metadata);
  return { root, newRoot, roles, newRoles };
}

function unsigned(signed: Buffer) {
  return { signed: parseCanonical(signed), signatures: [] };
}

/** A key under an id that is not its own could count twice (specification, section 4.2.1). */
function refuseForeignKeys({ signed }: Metadata<Root> | Metadata<Targets>): void {
  const keys = 'keys' in signed ? signed.keys : (signed.delegations?.keys ?? {});
  for (const [id, key] of Object.entries(keys)) keyFromJson(id, key.toJSON());
}

function parse(bytes: Buffer) {
  return JSON.parse(bytes.toString('utf8'));
}
