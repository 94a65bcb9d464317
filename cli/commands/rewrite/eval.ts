import { evaluateLine, openConfiguration, RewriteError } from '@stopgap/rewrite';
import type { Context } from '../../context.ts';
import { exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { linesOf, readConfig, refuseConfig } from './files.ts';

/** `stopgap rewrite eval`: a line of JSON a request; an unusable configuration is one line and exit 2. */
export async function evaluate(args: readonly string[], context: Context): Promise<number> {
  const { values } = parseOptions('rewrite', args, { config: { type: 'string' }, requests: { type: 'string' } });
  const config = readConfig(values.config);
  try {
    const rules = openConfiguration(config.bytes, config.readBeside, config.server);
    for await (const line of linesOf(values.requests)) context.print(`${JSON.stringify(evaluateLine(rules, line))}\n`);
    return exit.ok;
  } catch (error) {
    if (error instanceof RewriteError) return refuseConfig(error, config, true, context);
    throw error;
  }
}
