import { Metadata, MetadataKind, type Root, TargetFile, type Targets } from '@tufjs/models';
import { logRestarts } from '../../roles.ts';
import { parseCanonical } from '../canonical.ts';
import { signedBytes } from '../metadata.ts';
import { keyFromJson } from '../public-key.ts';
import { planOfDelegations, planOfRoot } from './key-plan.ts';
import { nextRoot, nextTargets } from './next-metadata.ts';
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
export function parseParts({ root: rootBytes, olderRoots, roles: current, parts }: Proposal): ParsedParts {
  const root = followRoots(rootBytes ? [...olderRoots, rootBytes] : []);
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
  for (const metadata of [newRoot, ...newRoles.values()]) {
    if (!metadata) continue;
    refuseForeignKeys(metadata);
    refuseHidden(metadata);
  }
  return { root, newRoot, roles, newRoles };
}

/** The last of the roots, each of which must be signed by the one before and by itself; the first stands for itself. */
function followRoots(chain: readonly Buffer[]): Metadata<Root> | undefined {
  let last: Metadata<Root> | undefined;
  for (const bytes of chain) {
    const next: Metadata<Root> = Metadata.fromJSON(MetadataKind.Root, parse(bytes));
    (last ?? next).verifyDelegate('root', next);
    next.verifyDelegate('root', next);
    const expected = (last?.signed.version ?? 0) + 1;
    if (next.signed.version !== expected) throw new Error(`root ${expected} is missing among its roots`);
    last = next;
  }
  return last;
}

/**
 * What is to be signed must be just what we would write ourselves from what is shown of it. So nothing can be signed that the
 * holder was not shown: no other kind of delegation, no further key, no field that somebody may give a meaning to one day.
 */
function refuseHidden(metadata: Metadata<Root> | Metadata<Targets>): void {
  const { signed } = metadata;
  const edition = { version: signed.version, expiresAt: Date.parse(signed.expires) };
  const again =
    'keys' in signed
      ? nextRoot(edition, planOfRoot(signed), logRestarts(signed))
      : nextTargets(edition, plainTargets(signed), planOfDelegations(signed));
  if (signedBytes(again).equals(signedBytes(metadata))) return;
  throw new Error(
    `the ${'keys' in signed ? 'root' : 'targets'} to be signed has something in it that could not be shown`,
  );
}

function plainTargets({ targets }: Targets): Readonly<Record<string, TargetFile>> {
  return Object.fromEntries(
    Object.entries(targets).map(([path, { length, hashes }]) => [
      path,
      new TargetFile({ path, length, hashes: { sha256: hashes.sha256 ?? '' } }),
    ]),
  );
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
