import { FeedError } from '../../errors.ts';
import { signedBytes } from '../metadata.ts';
import type { Press } from '../release.ts';
import type { Published } from '../repository.ts';
import { verifies } from '../verify-signature.ts';
import type { Proposal } from './proposal.ts';
import { type PartReview, reviewProposal } from './review.ts';
import type { PartSignature, SignatureFile } from './signature-file.ts';
import { dropProposal, keepSignatures, keptSignatures, type Pending, pendingProposals } from './store.ts';

/** A proposal that can be published once it is signed, and what it says. */
export interface ReviewedProposal extends Pending {
  readonly review: readonly PartReview[];
}

/**
 * The proposal that is meant: the one that the signatures are for, else the only one that is pending; `undefined`: none is.
 * Throws `proposal-missing`, `proposal-stale`, `proposal-invalid`.
 */
export function choosePending(
  press: Press,
  published: Published | undefined,
  given: readonly SignatureFile[],
): ReviewedProposal | undefined {
  const pending = pendingProposals(press.layout, press.files);
  const chosen = given.length === 0 ? onlyOne(pending) : forSignatures(pending, given);
  if (!chosen) return undefined;
  const fresh = followedBy(chosen.proposal, published);
  if (!fresh) {
    throw new FeedError(
      'proposal-stale',
      `the feed has changed since proposal ${chosen.id} was made; propose again: stopgap feed propose ${press.layout.folder}`,
    );
  }
  return { id: chosen.id, proposal: chosen.proposal, review: reviewProposal(fresh, press.clock.now()) };
}

/**
 * The proposal as it stands to what is out now, or `undefined` where it follows something else. What a publication that was
 * cut short has let out of it already counts as not yet done: letting it out again changes nothing.
 */
export function followedBy(proposal: Proposal, published: Published | undefined): Proposal | undefined {
  const isOut = (role: string, now: Buffer | undefined, before: Buffer | undefined) => {
    const part = proposal.parts.find((one) => one.role === role);
    return now === undefined
      ? before === undefined
      : before?.equals(now) || part?.signed.equals(signedIn(published, role));
  };
  if (!isOut('root', published?.root.bytes, proposal.root)) return undefined;
  const roles = new Set(['targets', ...proposal.parts.map(({ role }) => role).filter((role) => role !== 'root')]);
  const fits = [...roles].every((role) => isOut(role, published?.roles.get(role)?.bytes, proposal.roles.get(role)));
  return fits ? proposal : undefined;
}

function signedIn(published: Published | undefined, role: string): Buffer {
  const file = role === 'root' ? published?.root : published?.roles.get(role);
  return file ? signedBytes(file.metadata) : Buffer.alloc(0);
}

/**
 * Keeps the signatures that were handed in, and answers all that there are. Throws `proposal-invalid` for a file none of
 * whose signatures is good.
 */
export function collectSignatures(
  { layout, files }: Pick<Press, 'layout' | 'files'>,
  { id, review }: ReviewedProposal,
  given: readonly SignatureFile[],
): readonly PartSignature[] {
  for (const file of given) {
    const signatures = file.signatures.filter((signature) => isGood(review, signature));
    if (signatures.length === 0) {
      throw new FeedError(
        'proposal-invalid',
        `no signature by ${file.holder} is good for proposal ${id}: made by another key, over other bytes, or changed on the way`,
      );
    }
    keepSignatures(layout, files, { ...file, signatures });
  }
  return [...keptSignatures(layout, files, id), ...given].flatMap(({ signatures }) => signatures);
}

/** Forgets a proposal that was published, and those that would change a role which it has changed. */
export function dropProposals({ layout, files }: Pick<Press, 'layout' | 'files'>, done: Pending): void {
  const roles = new Set(done.proposal.parts.map(({ role }) => role));
  for (const { id, proposal } of pendingProposals(layout, files)) {
    if (id !== done.id && proposal.parts.some(({ role }) => roles.has(role))) dropProposal(layout, files, id);
  }
  dropProposal(layout, files, done.id);
}

function isGood(review: readonly PartReview[], { role, keyId, sig }: PartSignature): boolean {
  const part = review.find((one) => one.role === role);
  const key = part?.needs.map(({ keys }) => keys.get(keyId)).find((found) => found !== undefined);
  return part !== undefined && key !== undefined && verifies(key, part.signed, Buffer.from(sig, 'hex'));
}

function onlyOne(pending: readonly Pending[]): Pending | undefined {
  if (pending.length <= 1) return pending[0];
  throw new FeedError(
    'proposal-missing',
    `${pending.length} proposals await signatures (${pending.map(({ id }) => id).join(', ')}); give the signatures of the one to publish`,
  );
}

function forSignatures(pending: readonly Pending[], given: readonly SignatureFile[]): Pending {
  const ids = [...new Set(given.map(({ proposal }) => proposal))];
  const found = pending.find(({ id }) => id === ids[0]);
  if (found && ids.length === 1) return found;
  if (ids.length > 1) {
    throw new FeedError(
      'proposal-missing',
      `the signatures are for ${ids.length} different proposals: ${ids.join(', ')}`,
    );
  }
  throw new FeedError(
    'proposal-missing',
    `the signatures are for proposal ${ids[0]}, which does not await any here: it was published, or another took its place`,
  );
}
