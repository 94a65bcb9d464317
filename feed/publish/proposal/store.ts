import path from 'node:path';
import { type Files, systemFolders } from '@stopgap/machine';
import { FeedError } from '../../errors.ts';
import type { FeedLayout } from '../layout.ts';
import { maxProposalBytes, type Proposal, proposalId, proposalText, readProposal } from './proposal.ts';
import { readSignatureFile, type SignatureFile, signatureText } from './signature-file.ts';

/** A proposal that awaits signatures. */
export interface Pending {
  readonly id: string;
  readonly proposal: Proposal;
}

/** Keeps a proposal in the publisher's folder. Throws `proposal-invalid` for one that nobody could read again. */
export function keepProposal(layout: FeedLayout, files: Files, proposal: Proposal): string {
  const id = proposalId(proposal);
  const text = proposalText(proposal);
  if (text.length > maxProposalBytes) {
    throw new FeedError(
      'proposal-invalid',
      `the proposal would have ${text.length} bytes and ${maxProposalBytes} are the most read; take documents from what is staged (stopgap feed remove ${layout.folder} NAME) and publish them later`,
    );
  }
  files.makeFolder(layout.proposals, 0o700);
  files.write(proposalFile(layout, id), text, { mode: 0o600 });
  return id;
}

/** All that await signatures, the oldest first. Throws `proposal-invalid` for one that was tampered with. */
export function pendingProposals(layout: FeedLayout, files: Files): readonly Pending[] {
  return namesIn(layout)
    .flatMap((name) => /^([0-9a-f]{16})\.proposal$/.exec(name)?.[1] ?? [])
    .map((id) => ({ id, proposal: readOne(layout, files, id) }))
    .sort((a, b) => a.proposal.made - b.proposal.made);
}

function readOne(layout: FeedLayout, files: Files, id: string): Proposal {
  const file = proposalFile(layout, id);
  const proposal = readProposal(files.read(file, maxProposalBytes)?.bytes ?? new Uint8Array(), file);
  if (proposalId(proposal) === id) return proposal;
  throw new FeedError('proposal-invalid', `${file} was changed after it was made; remove it and propose again`);
}

/** Keeps signatures that were found to be good, one file for each key. What a key signed of other roles stays. */
export function keepSignatures(layout: FeedLayout, files: Files, file: SignatureFile): void {
  for (const keyId of new Set(file.signatures.map((one) => one.keyId))) {
    if (!/^[0-9a-f]{64}$/.test(keyId)) continue;
    const place = path.join(layout.proposals, `${file.proposal}.${keyId.slice(0, 16)}.signature`);
    const own = file.signatures.filter((one) => one.keyId === keyId);
    const before = files.read(place) ? readSignatureFile(place, files).signatures : [];
    const others = before.filter(({ role }) => !own.some((one) => one.role === role));
    files.write(place, signatureText({ ...file, signatures: [...others, ...own] }), { mode: 0o600 });
  }
}

/** The signatures that have come in for a proposal. */
export function keptSignatures(layout: FeedLayout, files: Files, id: string): readonly SignatureFile[] {
  return namesIn(layout)
    .filter((name) => name.startsWith(`${id}.`) && name.endsWith('.signature'))
    .map((name) => readSignatureFile(path.join(layout.proposals, name), files));
}

/** Forgets a proposal and its signatures. */
export function dropProposal(layout: FeedLayout, files: Files, id: string): void {
  for (const name of namesIn(layout)) if (name.startsWith(`${id}.`)) files.remove(path.join(layout.proposals, name));
}

function proposalFile(layout: FeedLayout, id: string): string {
  return path.join(layout.proposals, `${id}.proposal`);
}

function namesIn(layout: FeedLayout): readonly string[] {
  return systemFolders.list(layout.proposals) ?? [];
}
