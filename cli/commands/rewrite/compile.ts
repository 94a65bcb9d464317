import {
  ConfigurationLevels,
  checkNginx,
  compileNginx,
  invalidConfiguration,
  RewriteError,
  readConfigurationFile,
  type ScopedRules,
  scopedRules,
} from '@stopgap/rewrite';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { readConfigBytes } from './files.ts';

const options = {
  config: { type: 'string' },
  to: { type: 'string' },
  level: { type: 'string' },
  site: { type: 'string' },
} as const;

/** `stopgap rewrite compile`: the rules as configuration of another server; what it cannot express is refused by name. */
export async function compile(args: readonly string[], context: Context): Promise<number> {
  const { values } = parseOptions('rewrite', args, options);
  if (values.to !== 'nginx')
    throw new CliError(`--to ${values.to ?? 'nothing'}: known is nginx; see: stopgap rewrite --help`);
  let rules: readonly ScopedRules[];
  try {
    const file = readConfigurationFile(readConfigBytes(values.config));
    const level = values.level ?? '/';
    rules = scopedRules(new ConfigurationLevels([{ file, level }]).at(values.site ?? file.sites[0]?.name, level));
  } catch (error) {
    if (!(error instanceof RewriteError)) throw error;
    context.print(`${JSON.stringify(invalidConfiguration(error))}\n`);
    return exit.usage;
  }
  const refusals = checkNginx(rules);
  if (refusals.length > 0) {
    if (values.json) context.print(`${JSON.stringify({ refusals }, undefined, 2)}\n`);
    for (const { rule, feature, why } of refusals)
      context.tell(`rule "${rule}" cannot be expressed on nginx (${feature}): ${why}\n`);
    return exit.refused;
  }
  const compiled = compileNginx(rules);
  if (values.json) context.print(`${JSON.stringify(compiled, undefined, 2)}\n`);
  else printNginx(compiled, context);
  return exit.ok;
}

function printNginx({ http, server, block, notes }: ReturnType<typeof compileNginx>, { print }: Context): void {
  for (const { text } of notes) print(`# note: ${text}\n`);
  print(`# in http { }\n${http}\n# at the top of each server { }\n${server}\n`);
  if (block !== '') print(`# in each server, location or if block that has an add_header line of its own\n${block}\n`);
}
