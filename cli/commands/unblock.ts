import { asking } from './asking.ts';

export const command = asking({
  name: 'unblock',
  summary: 'let a blocked mitigation be applied again',
  usage: 'unblock ID [--json] [--state-dir DIR]',
  about: "Takes this server's block away and looks at once, so that the mitigation is back where it applies.",
  positionals: ['ID'],
  request: ({ positionals }, actor) => ({ ask: 'unblock', actor, id: positionals[0] ?? '' }),
});
