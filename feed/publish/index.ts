/** The publisher's half: making a feed, proposing, signing, letting out. */
export type { LoggedEntry } from '../log/index.ts';
export type { CheckFinding, DocumentCheck } from './check.ts';
export { type PublishedDocument, publishedDocuments, stagedDocuments } from './documents.ts';
export { externalSigner } from './external-signer.ts';
export {
  type EnrolledRoot,
  feedRoot,
  type InitOptions,
  initFeed,
  proposeFirst,
  type RoleOptions,
} from './init.ts';
export { decryptKey, type KeyType, memorySigner, type Signer } from './keys.ts';
export { feedLogs, feedRoots, type RoleLog, type RootEntry } from './logbook.ts';
export { newKey, publicFileOf } from './new-key.ts';
export { newOnlineKey } from './online-key.ts';
export { type Passphrase, passphraseFromEnvironment, passphraseFromFile, rememberPassphrases } from './passphrase.ts';
export type { SigningOptions } from './press.ts';
export { beforeSigning, type OpenedProposal, openProposal, signAsHolder } from './proposal/holder.ts';
export type { KeyChange, RolePlan } from './proposal/key-plan.ts';
export { memoryFileOf } from './proposal/memory.ts';
export { type Proposal, proposalId, proposalText } from './proposal/proposal.ts';
export { type PartReview, reviewProposal } from './proposal/review.ts';
export type { DocumentChange } from './proposal/review-documents.ts';
export type { Need } from './proposal/review-needs.ts';
export { nameOf } from './proposal/review-roles.ts';
export { readSignatureFile, type SignatureFile } from './proposal/signature-file.ts';
export { type Proposed, type ProposeOptions, proposeFeed } from './propose.ts';
export { fingerprint, type PublicKey, publicKeyText, readPublicKey } from './public-key.ts';
export { type Publication, type PublishOptions, publishFeed } from './publish.ts';
export type { Release } from './release.ts';
export { checkRenewal, renewFeed } from './renew.ts';
export { addTarget, removeTarget } from './stage.ts';
export { type FeedStatus, feedStatus, type ProposalState, type RoleState } from './status.ts';
export { type UploadStep, uploadOrder } from './upload-order.ts';
