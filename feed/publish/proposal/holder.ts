import { type Clock, type Files, systemClock, systemFiles } from '@stopgap/machine';
import { FeedError } from '../../errors.ts';
import type { Signer } from '../keys.ts';
import { readMemory, recall, remember } from './memory.ts';
import { maxProposalBytes, type Proposal, proposalId, readProposal } from './proposal.ts';
import { type PartReview, reviewProposal } from './review.ts';
import { partsFor, signProposal } from './sign.ts';
import { type SignatureFile, signatureText } from './signature-file.ts';

/** A proposal as a holder sees it. */
export interface OpenedProposal {
  readonly id: string;
  readonly proposal: Proposal;
  readonly review: readonly PartReview[];
}

/** Opens a proposal file and works out what it says. Throws `proposal-missing`, `proposal-invalid`. */
export function openProposal(file: string, files: Files = systemFiles, clock: Clock = systemClock): OpenedProposal {
  const state = files.read(file, maxProposalBytes);
  if (!state) throw new FeedError('proposal-missing', `${file}: there is no such proposal`);
  const proposal = readProposal(state.bytes, file);
  return { id: proposalId(proposal), proposal, review: reviewProposal(proposal, clock.now(), file) };
}

/** Whose key, and where it is remembered what was signed. */
export interface HolderKey {
  readonly keyId: string;
  readonly memoryFile: string;
}

/**
 * What a holder should know before signing: the parts that their key counts for, and warnings from what was signed before.
 * Throws `proposal-invalid` where nothing is to be signed by this key, or what was signed before speaks against it.
 */
export function beforeSigning(
  { proposal, review }: OpenedProposal,
  { keyId, memoryFile }: HolderKey,
  files: Files = systemFiles,
): { readonly parts: readonly PartReview[]; readonly warnings: readonly string[] } {
  return { parts: partsFor(review, keyId), warnings: recall(readMemory(memoryFile, files), proposal, review) };
}

/**
 * Signs and writes the signature file. It is noted beside the key what was signed before the signature leaves the machine, so
 * that a kill in between costs nothing but doing it again. Throws as `beforeSigning`, and what the signer throws.
 */
export async function signAsHolder(
  opened: OpenedProposal,
  signer: Signer,
  holder: { readonly name: string; readonly memoryFile: string; readonly out: string },
  files: Files = systemFiles,
): Promise<SignatureFile> {
  const { proposal, review } = opened;
  beforeSigning(opened, { keyId: signer.key.keyID, memoryFile: holder.memoryFile }, files);
  const signed = await signProposal(proposal, review, signer, holder.name);
  const roles = signed.signatures.map(({ role }) => role);
  remember(holder.memoryFile, files, proposal, review, roles);
  files.write(holder.out, signatureText(signed), { mode: 0o644 });
  return signed;
}
