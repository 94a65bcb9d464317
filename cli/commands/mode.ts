import { CliError } from '../exit.ts';
import { asking } from './asking.ts';

const modes = ['enforce', 'observe', 'approve'] as const;

export const command = asking({
  name: 'mode',
  summary: 'choose how mitigations are applied: enforce, observe or approve',
  usage: 'mode enforce|observe|approve [--json] [--state-dir DIR]',
  about: `enforce   applied as soon as they are published (default)
observe   rules are only watched: what they would refuse is logged
approve   nothing is applied before "stopgap approve ID"`,
  positionals: ['MODE'],
  request: ({ positionals }, actor) => {
    const mode = modes.find((word) => word === positionals[0]);
    if (!mode) throw new CliError(`mode "${positionals[0]}" is not known; known are ${modes.join(', ')}`);
    return { ask: 'mode', actor, mode };
  },
});
