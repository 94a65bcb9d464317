export * from './consume/index.ts';
export { FeedError, type FeedErrorCode } from './errors.ts';
export type { CheckFinding, DocumentCheck } from './publish/check.ts';
export {
  type EnrolledRoot,
  feedRoot,
  type InitOptions,
  initFeed,
  proposeFirst,
  type RoleOptions,
} from './publish/init.ts';
export type { KeyType, Signer } from './publish/keys.ts';
export { type Passphrase, passphraseFromEnvironment, passphraseFromFile } from './publish/passphrase.ts';
export type { SigningOptions } from './publish/press.ts';
export { type Publication, type PublishOptions, publishFeed } from './publish/publish.ts';
export type { Release } from './publish/release.ts';
export { renewFeed } from './publish/renew.ts';
export { addTarget, removeTarget } from './publish/stage.ts';
export { defaultExpiryDays, type RoleName, roleNames } from './roles.ts';
export { type FeedServer, type ServeOptions, serveFeed } from './serve/serve.ts';
