import path from 'node:path';
import { type Commands, MachineError } from '@stopgap/machine';
import type { ConfigTree } from '../syntax/tree.ts';
import type { Installation } from './binary.ts';
import { mainDirectives } from './main-directives.ts';

/** The files into which the master writes its errors, as far as they are files. */
export function errorLogs(installation: Installation, tree: ConfigTree): readonly string[] {
  const given = mainDirectives(installation, tree, 'error_log').flatMap(([file]) => file ?? []);
  const all = given.length > 0 ? given : [installation.build.options.get('error-log-path') ?? 'logs/error.log'];
  return all
    .filter((one) => one !== 'stderr' && !/^(?:syslog|memory):/.test(one))
    .map((one) => path.resolve(installation.prefix, one));
}

/** The grave lines that a master has written lately, with their dates. Only the end of each log is read. */
export async function graveLines(logs: readonly string[], master: number, commands: Commands): Promise<string[]> {
  const ends = await Promise.all(logs.map((log) => endOf(log, commands)));
  const own = new RegExp(`\\[(?:emerg|alert|crit)\\] ${master}#`);
  return ends.flatMap((text) => text.split('\n')).filter((line) => own.test(line));
}

async function endOf(log: string, commands: Commands): Promise<string> {
  try {
    const { stdout } = await commands.run('tail', ['-c', '65536', '--', log], { timeoutMs: 5_000 });
    return stdout;
  } catch (error) {
    if (error instanceof MachineError) return '';
    throw error;
  }
}
