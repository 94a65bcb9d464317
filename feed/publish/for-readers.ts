import type { Metadata, Root, Targets } from '@tufjs/models';
import { refuseCrowds } from '../consume/bounds.ts';
import { refuseTooMuch } from '../consume/documents.ts';
import { defaultLimits } from '../consume/limits.ts';
import { type FoundDocument, refuseRoleName } from '../consume/roles.ts';
import { refuseDelegations } from '../consume/trust.ts';
import { FeedError } from '../errors.ts';
import { Trouble } from '../trouble.ts';
import { metadataBytes } from './metadata.ts';

/** Bytes of a signature in a file of metadata, with its key's id; the longest, of ECDSA, has some 230. */
const signatureBytes = 256;

/**
 * Refuses what readers would refuse, so that it is found where it can be mended and not on every server. The bounds are the
 * readers' own, as far as they have not raised them. `signers`: keys that may sign it; while keys change, the old ones sign as well.
 * Throws `beyond-readers`.
 */
export function refuseForReaders(role: string, metadata: Metadata<Root> | Metadata<Targets>, signers: number): void {
  const bytes = metadataBytes(metadata);
  const file = `${role}.json`;
  const most = role === 'root' ? defaultLimits.rootBytes : defaultLimits.targetsBytes;
  const length = bytes.length + signatureBytes * signers * 2;
  if (length > most) {
    throw beyond(`${file} would have up to ${length} bytes and ${most} are the most read`, remedyFor(role));
  }
  asReaders(remedyFor(role), () => refuseCrowds(bytes, file));
  const { signed } = metadata;
  if (!('targets' in signed)) return;
  asReaders('give it another path or name', () => {
    refuseDelegations(role, signed);
    for (const child of Object.keys(signed.delegations?.roles ?? {})) refuseRoleName(child);
  });
}

/** The same for a feed as a whole: how many roles and documents it has, and how large they are together. Throws `beyond-readers`. */
export function refuseWholeForReaders(roles: ReadonlyMap<string, Targets>): void {
  const delegated = roles.size - 1;
  if (delegated > defaultLimits.delegations) {
    throw beyond(
      `the feed would have ${delegated} delegated roles and ${defaultLimits.delegations} are the most read`,
      'take one away first (stopgap feed delegate DIR ROLE --remove), or publish a second feed',
    );
  }
  const all = new Map<string, FoundDocument>();
  for (const [role, { targets }] of roles) {
    for (const [name, target] of Object.entries(targets))
      all.set(name, { target, role, top: role, rank: 0, products: undefined });
  }
  asReaders('take away what is over, or publish a second feed', () => refuseTooMuch(all, defaultLimits));
}

function remedyFor(role: string): string {
  return role === 'root'
    ? 'let fewer holders sign for it'
    : 'give a part of its documents to a role of its own (stopgap feed delegate), or let fewer holders sign';
}

function asReaders(remedy: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    throw beyond(error.message.replace(/[,;] (?:ask the publisher|raise limits)[^;]*$/, ''), remedy, error);
  }
}

function beyond(reason: string, remedy: string, cause?: unknown): FeedError {
  return new FeedError('beyond-readers', `readers would refuse this: ${reason}; ${remedy}`, cause);
}
