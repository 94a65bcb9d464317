import { anything, decodeJson, type Files, mapOf, object, text, whole } from '@stopgap/machine';
import { sha256 } from '../../digest.ts';
import { FeedError } from '../../errors.ts';
import type { Proposal } from './proposal.ts';
import type { PartReview } from './review.ts';

/**
 * What a holder has signed before, kept beside the key. It lets the holder's own machine notice a publisher's machine that
 * has fallen into other hands: another root under the same number, or a version from before.
 */
const decoder = object({ feeds: mapOf(anything, 200) });
const feed = object({
  root: object({ version: whole(0, 1_000_000), sha256: text(64) }),
  signed: mapOf(object({ version: whole(1, Number.MAX_SAFE_INTEGER), sha256: text(64) }), 100),
});

type Remembered = ReturnType<typeof feed>;
type Memory = ReadonlyMap<string, Remembered>;

/** `anna.signed.json` beside `anna.pem`. */
export function memoryFileOf(keyFile: string): string {
  return `${keyFile.replace(/\.(?:pem|json)$/, '')}.signed.json`;
}

/** Reads the memory; empty when there is none yet. Throws `MachineError` `invalid-json` for a file that is not ours. */
export function readMemory(file: string, files: Files): Memory {
  const state = files.read(file, 1024 * 1024);
  if (!state) return new Map();
  const { feeds } = decodeJson(state.bytes.toString('utf8'), file, decoder);
  return new Map([...feeds].map(([name, value]) => [name, feed(value, `${file}: ${name}`)]));
}

/**
 * Holds a proposal against what was signed before. Answers warnings. Throws `proposal-invalid` where its roots do not lead on
 * from the one that was known here, or it would go back before a version that was signed.
 */
export function recall(memory: Memory, proposal: Proposal, review: readonly PartReview[]): readonly string[] {
  const known = memory.get(proposal.feed);
  if (!known) return [];
  const { version, sha256: hash } = known.root;
  const now = version === 0 ? undefined : rootsOf(proposal)[version - 1];
  if (version > 0 && (now === undefined || sha256(now) !== hash)) {
    throw refused(
      `version ${version} of the root was ${hash.slice(0, 16)} when it was signed for here before, and is ${now ? sha256(now).slice(0, 16) : 'not among its roots'}`,
    );
  }
  return review.flatMap(({ role, version, signed }) => {
    const last = known.signed.get(role);
    if (!last || version > last.version || last.sha256 === sha256(signed)) return [];
    if (version === last.version) {
      return [`you have signed another version ${version} of ${role} before; make sure that it is not used any more`];
    }
    throw refused(`version ${last.version} of ${role} was signed here before, and this is version ${version}`);
  });
}

/** Notes what is signed now, before the signature leaves the machine. */
export function remember(
  file: string,
  files: Files,
  proposal: Proposal,
  review: readonly PartReview[],
  signedRoles: readonly string[],
): void {
  const memory = new Map(readMemory(file, files));
  const known = memory.get(proposal.feed);
  const signed = new Map(known?.signed);
  for (const part of review.filter(({ role }) => signedRoles.includes(role))) {
    signed.set(part.role, { version: part.version, sha256: sha256(part.signed) });
  }
  memory.set(proposal.feed, { root: rootOf(proposal), signed });
  const feeds = [...memory].map(([name, one]) => [name, { root: one.root, signed: Object.fromEntries(one.signed) }]);
  files.write(file, `${JSON.stringify({ feeds: Object.fromEntries(feeds) }, undefined, 2)}\n`, { mode: 0o600 });
}

/** The root that a proposal follows. Version 0: it makes the first one. */
function rootOf(proposal: Proposal): Remembered['root'] {
  const roots = rootsOf(proposal);
  const last = roots.at(-1);
  return { version: roots.length, sha256: last ? sha256(last) : '0'.repeat(64) };
}

/** All roots, from version 1; that each follows the one before was checked with the proposal. */
function rootsOf({ root, olderRoots }: Proposal): readonly Buffer[] {
  return root ? [...olderRoots, root] : [];
}

function refused(reason: string): FeedError {
  return new FeedError(
    'proposal-invalid',
    `do not sign this: ${reason}; ask the publisher by another way, their machine may be in other hands`,
  );
}
