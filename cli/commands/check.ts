import { asking } from './asking.ts';

export const command = asking({
  name: 'check',
  summary: 'look now: ask the feeds, decide, apply, prove',
  usage: 'check [--json] [--state-dir DIR]',
  about: 'Does now what the agent service does every hour. Needs no service.',
  request: (_parsed, actor) => ({ ask: 'look', actor }),
});
