import { asking, required } from './asking.ts';

export const command = asking({
  name: 'block',
  summary: 'take a mitigation off and keep it off',
  usage: 'block ID --reason TEXT [--keep] [--json] [--state-dir DIR]',
  about: 'Takes the mitigation off this server and does not apply it again until it is unblocked.',
  options: { reason: { type: 'string' }, keep: { type: 'boolean' } },
  optionHelp: [
    '--reason TEXT    why; shown in status',
    '--keep           leave it in force if it is; only do not apply it again',
  ],
  positionals: ['ID'],
  request: ({ values, positionals }, actor) => ({
    ask: 'block',
    actor,
    id: positionals[0] ?? '',
    reason: required(values.reason, 'block', 'reason'),
    keep: values.keep === true,
  }),
});
