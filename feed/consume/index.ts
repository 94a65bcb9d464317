export type {
  FeedDocument,
  FeedDocuments,
  FeedLook,
  FeedSource,
  FeedTrouble,
  FeedTroubleStep,
} from '../source.ts';
export { decodeFeedConfig, type FeedConfig, type FeedDeps } from './config.ts';
export { type ConnectivityStep, connectivity } from './connectivity.ts';
export { defaultLimits, type FeedLimits } from './limits.ts';
export { tufSource } from './source.ts';
