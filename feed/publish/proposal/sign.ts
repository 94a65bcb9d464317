import type { Signer } from '../keys.ts';
import { invalidProposal, type Proposal, proposalId } from './proposal.ts';
import type { PartReview } from './review.ts';
import type { SignatureFile } from './signature-file.ts';

/** The parts that a key counts for. Pure. */
export function partsFor(review: readonly PartReview[], keyId: string): readonly PartReview[] {
  return review.filter(({ needs }) => needs.some(({ keyIds }) => keyIds.includes(keyId)));
}

/**
 * Signs every part that the signer's key counts for, over the exact bytes that were reviewed. Throws `proposal-invalid` when
 * there is none, and what the signer throws.
 */
export async function signProposal(
  proposal: Proposal,
  review: readonly PartReview[],
  signer: Signer,
  holder: string,
): Promise<SignatureFile> {
  const { keyID: keyId } = signer.key;
  const parts = partsFor(review, keyId);
  if (parts.length === 0) {
    throw invalidProposal('this', `no part of it is to be signed by the key ${keyId.slice(0, 16)} of ${holder}`);
  }
  const signatures: { role: string; keyId: string; sig: string }[] = [];
  for (const { role, signed } of parts) {
    const sig = Buffer.from(await signer.sign(signed)).toString('hex');
    signatures.push({ role, keyId, sig });
  }
  return { feed: proposal.feed, proposal: proposalId(proposal), holder, signatures };
}
