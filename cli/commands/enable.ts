import { asking } from './asking.ts';

export const command = asking({
  name: 'enable',
  summary: 'switch automatic mitigation on on this server',
  usage: 'enable [--json] [--state-dir DIR]',
  about: 'Sets MitigationsEnabled of this server to true. What is in force stays; the hourly look goes on.',
  request: (_parsed, actor) => ({ ask: 'enable', actor, on: true }),
});
