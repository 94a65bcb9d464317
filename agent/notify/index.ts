export { decodeNotify, type NotifyTarget } from './config.ts';
export { type DeliveryTools, deliver } from './deliver.ts';
export type { Notification } from './events.ts';
export { Notifier } from './notifier.ts';
