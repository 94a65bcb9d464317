import type { ParseArgsOptionsConfig } from 'node:util';
import type { AgentRequest } from '@stopgap/agent';
import { ask, report } from '../ask.ts';
import type { Command, Context } from '../context.ts';
import { CliError } from '../exit.ts';
import { parseOptions } from '../options.ts';
import { serverOf } from '../server.ts';

interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
}

interface Asking {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly about: string;
  readonly options?: ParseArgsOptionsConfig;
  readonly optionHelp?: readonly string[];
  readonly positionals?: readonly string[];
  readonly request: (parsed: Parsed, actor: string) => AgentRequest;
}

/** A command that asks the agent to change something: all of them parse, ask and report in the same way. */
export function asking(definition: Asking): Command {
  const optionLines = [
    ...(definition.optionHelp ?? []),
    '--json           answer as JSON',
    "--state-dir DIR  the agent's state folder (default: $STOPGAP_STATE_DIR, else /var/lib/stopgap)",
  ];
  const help = `Usage: stopgap ${definition.usage}\n\n${definition.about}\n\nOptions:\n${optionLines.map((line) => `  ${line}`).join('\n')}\n\nExit code: 0 done, 1 refused or failed (the message says why), 2 wrong usage, 75 busy.\n`;
  return { name: definition.name, summary: definition.summary, help, run };

  async function run(args: readonly string[], context: Context): Promise<number> {
    const parsed = parseOptions(definition.name, args, definition.options ?? {}, definition.positionals ?? []);
    const values = parsed.values as Parsed['values'];
    const request = definition.request({ values, positionals: parsed.positionals }, context.actor);
    return report(await ask(serverOf(values, context.env), request, context), values.json === true, context);
  }
}

/** The value of a text option, or an error that says how to give it. */
export function required(value: Parsed['values'][string], command: string, option: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw new CliError(`--${option} is missing: say why, for those who come after you; see: stopgap ${command} --help`);
}
