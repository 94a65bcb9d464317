import { imageHelp, imageOptions } from '../server.ts';
import { asking } from './asking.ts';

export const command = asking({
  name: 'remove',
  summary: 'take a mitigation off now',
  usage: 'remove ID [--reason TEXT] [--root DIR [--product P=B]…] [--json] [--state-dir DIR]',
  about: `Takes one mitigation off this server and restores what it changed. Where mitigations are applied automatically it would
come back: then use "stopgap block ID", which takes it off and keeps it off.`,
  options: { ...imageOptions, reason: { type: 'string' } },
  optionHelp: [...imageHelp, '--reason TEXT    why, for the history'],
  positionals: ['ID'],
  request: ({ values, positionals }, actor) => ({
    ask: 'remove',
    actor,
    id: positionals[0] ?? '',
    reason: typeof values.reason === 'string' ? values.reason : `removed by ${actor}`,
    ...(values.root === undefined ? {} : { evenIfOffered: true }),
  }),
});
