import { asking } from './asking.ts';

export const command = asking({
  name: 'disable',
  summary: 'switch automatic mitigation off on this server',
  usage: 'disable [--json] [--state-dir DIR]',
  about: 'Sets MitigationsEnabled of this server to false. What is in force stays; the hourly look goes on.',
  request: (_parsed, actor) => ({ ask: 'enable', actor, on: false }),
});
