import {
  ConfigurationLevels,
  RewriteError,
  readConfigurationFile,
  type ScopedRules,
  scopedRules,
} from '@stopgap/rewrite';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { readConfig, refuseConfig } from './files.ts';
import { targets } from './targets.ts';

const options = {
  config: { type: 'string' },
  to: { type: 'string' },
  level: { type: 'string' },
  site: { type: 'string' },
  'nginx-version': { type: 'string' },
} as const;

/** `stopgap rewrite compile`: the rules as configuration of another server; what it cannot express is refused by name. */
export async function compile(args: readonly string[], context: Context): Promise<number> {
  const { values } = parseOptions('rewrite', args, options);
  const target = targets.get(values.to ?? '');
  if (target === undefined) {
    const known = [...targets.keys()].join(', ');
    throw new CliError(`--to ${values.to ?? 'nothing'}: known are ${known}; see: stopgap rewrite --help`);
  }
  const config = readConfig(values.config);
  let rules: readonly ScopedRules[];
  try {
    const file = readConfigurationFile(config.bytes, config.readBeside, config.server);
    const level = values.level ?? '/';
    rules = scopedRules(new ConfigurationLevels([{ file, level }]).at(values.site ?? file.sites[0]?.name, level));
  } catch (error) {
    if (!(error instanceof RewriteError)) throw error;
    return refuseConfig(error, config, values.json === true, context);
  }
  const version = values['nginx-version'];
  if (version !== undefined && !/^\d+\.\d+\.\d+$/.test(version)) {
    throw new CliError(`--nginx-version ${version}: expected what "nginx -v" says, e.g. 1.26.0`);
  }
  const refusals = target.check(rules, version);
  if (refusals.length > 0) {
    if (values.json) context.print(`${JSON.stringify({ refusals }, undefined, 2)}\n`);
    for (const { rule, feature, why } of refusals)
      context.tell(`rule "${rule}" cannot be expressed on ${target.title} (${feature}): ${why}\n`);
    return exit.refused;
  }
  const { whole, parts } = target.compile(rules, version);
  if (values.json) context.print(`${JSON.stringify(whole, undefined, 2)}\n`);
  else {
    for (const { text } of whole.notes) context.print(target.comment(`note: ${text}`));
    for (const { where, text } of parts) context.print(`${target.comment(where)}${text}\n`);
  }
  return exit.ok;
}
