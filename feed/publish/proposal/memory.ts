import { anything, decodeJson, type Files, mapOf, object, text, whole } from '@stopgap/machine';
import { canonicalize } from '@tufjs/canonical-json';
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
 * Holds a proposal against what was signed before. Answers warnings. Throws `proposal-invalid` where it is for a feed that this
 * key does not know while it knows another, where its roots do not lead on from the one that was known here, or where it would
 * go back before a version that was signed.
 */
export function recall(memory: Memory, proposal: Proposal, review: readonly PartReview[]): readonly string[] {
  const known = memory.get(proposal.feed);
  if (!known && memory.size > 0) throw foreign(proposal.feed, [...memory.keys()]);
  if (!known) return proposal.root ? [firstSight] : [];
  refuseOtherRoots(known.root, proposal);
  return review.flatMap(({ role, version, signed }) => {
    const last = known.signed.get(role);
    if (!last || version > last.version || last.sha256 === sha256(signed)) return [];
    if (version === last.version) {
      return [`you have signed another version ${version} of ${role} before; make sure that it is not used any more`];
    }
    throw refused(`version ${last.version} of ${role} was signed here before, and this is version ${version}`);
  });
}

/** What was there before is shown as the root in the proposal vouches for it, and nothing here knows that root. */
const firstSight =
  'nothing is remembered here of this feed: ask another holder whether the SHA-256 of the root that this follows is theirs too';

/** The roots must hold the one that was known, or the first one as it was proposed here. */
function refuseOtherRoots({ version, sha256: hash }: Remembered['root'], proposal: Proposal): void {
  const roots = rootsOf(proposal);
  if (version === 0) {
    const [first] = roots;
    if (!first || hash === unknownRoot || hash === sha256(signedIn(first))) return;
    throw refused('its first root says something else than the one that was signed for here');
  }
  const now = roots[version - 1];
  if (now !== undefined && sha256(now) === hash) return;
  throw refused(
    `version ${version} of the root was ${hash.slice(0, 16)} when it was signed for here before, and is ${now ? sha256(now).slice(0, 16) : 'not among its roots'}`,
  );
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

/** The root that a proposal follows. Version 0: it makes the first one, and the hash is that of the bytes to be signed. */
function rootOf(proposal: Proposal): Remembered['root'] {
  const roots = rootsOf(proposal);
  const last = roots.at(-1);
  if (last) return { version: roots.length, sha256: sha256(last) };
  const first = proposal.parts.find(({ role }) => role === 'root')?.signed;
  return { version: 0, sha256: first ? sha256(first) : unknownRoot };
}

/** What stands for the first root where it was not remembered. */
const unknownRoot = '0'.repeat(64);

/** The signed part of a root, in the form that is signed. */
function signedIn(root: Buffer): Buffer {
  return Buffer.from(canonicalize(JSON.parse(root.toString('utf8')).signed));
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

/** The bytes that are signed do not name a feed: what is signed for one feed counts for every other where the key does. */
function foreign(feed: string, known: readonly string[]): FeedError {
  return refused(
    `this key has signed for the feed ${known.join(', ')} so far and not for ${feed}, and a signature for one feed is good for another; for a feed of its own it takes a key of its own (stopgap feed key new)`,
  );
}
