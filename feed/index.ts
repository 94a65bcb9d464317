export * from './consume/index.ts';
export { FeedError, type FeedErrorCode } from './errors.ts';
export * from './publish/index.ts';
export { defaultExpiryDays, type RoleName, roleNames } from './roles.ts';
export { keepRenewed } from './serve/renewing.ts';
export { type FeedServer, type ServeOptions, serveFeed } from './serve/serve.ts';
