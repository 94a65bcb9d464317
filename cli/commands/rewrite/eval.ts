import { evaluateLine, invalidConfiguration, type LineRules, openConfiguration, RewriteError } from '@stopgap/rewrite';
import type { Context } from '../../context.ts';
import { exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { linesOf, readConfigBytes } from './files.ts';

/** `stopgap rewrite eval`: a line of JSON a request; an unusable configuration is one line and exit 2. */
export async function evaluate(args: readonly string[], context: Context): Promise<number> {
  const { values } = parseOptions('rewrite', args, { config: { type: 'string' }, requests: { type: 'string' } });
  const rules = open(readConfigBytes(values.config), context);
  if (!rules) return exit.usage;
  for await (const line of linesOf(values.requests)) context.print(`${JSON.stringify(evaluateLine(rules, line))}\n`);
  return exit.ok;
}

/** The rules, or `undefined` once the reason was printed. */
export function open(bytes: Uint8Array, context: Context): LineRules | undefined {
  try {
    return openConfiguration(bytes);
  } catch (error) {
    if (!(error instanceof RewriteError)) throw error;
    context.print(`${JSON.stringify(invalidConfiguration(error))}\n`);
    return undefined;
  }
}
