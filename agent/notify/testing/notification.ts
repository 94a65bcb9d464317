import type { Notification } from '../events.ts';

/** Of something that got worse, told in two lines. */
export const notification: Notification = {
  version: 1,
  id: 'server/1/2',
  server: 'server',
  at: '2026-11-22T03:00:00.000Z',
  event: 'failed',
  weight: 'worse',
  mitigation: 'M1',
  revision: 1,
  text: 'server: M1 failed: because\nof this',
  detail: 'because',
};
