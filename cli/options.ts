import path from 'node:path';
import type { ParseArgsOptionsConfig } from 'node:util';
import { fs, parseArgs } from '@stopgap/machine/node';
import { CliError, exit } from './exit.ts';

/** Options that every command about a server has. */
export const commonOptions = {
  json: { type: 'boolean' },
  'state-dir': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig;

/**
 * Parses a command's arguments. Throws `CliError` that names the option and shows the way to help.
 * `positionals`: names of what must follow; a name ending in `?` may be left out, one ending in `…` stands for any number.
 */
export function parseOptions<const O extends ParseArgsOptionsConfig>(
  command: string,
  args: readonly string[],
  options: O,
  positionals: readonly string[] = [],
) {
  try {
    const parsed = parseArgs({
      args: [...args],
      options: { ...commonOptions, ...options },
      allowPositionals: true,
      strict: true,
    });
    const least = positionals.filter((name) => !/[?…]$/.test(name)).length;
    if (parsed.positionals.length < least) throw new Error(`${positionals[parsed.positionals.length]} is missing`);
    const open = positionals.at(-1)?.endsWith('…') === true;
    if (!open && parsed.positionals.length > positionals.length) {
      throw new Error(`${parsed.positionals[positionals.length]} is one word too many`);
    }
    return parsed;
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('. To specify')[0] ?? '') : String(error);
    throw new CliError(`${message}; see: stopgap ${command} --help`, exit.usage);
  }
}

/** The state folder of the service: as below, but never that of `npm start`. */
export function serviceStateFolderOf(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  return [option, env.STOPGAP_STATE_DIR].find((one) => one !== undefined && one !== '') ?? systemStateFolder(env);
}

function systemStateFolder(env: Readonly<Record<string, string | undefined>>): string {
  return process.platform === 'win32' ? `${env.ProgramData ?? 'C:\\ProgramData'}\\Stopgap` : '/var/lib/stopgap';
}

/**
 * The state folder: `--state-dir`, else `STOPGAP_STATE_DIR`, else the system's; in a checkout where the system has none, that
 * of `npm start`.
 */
export function stateFolderOf(option: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  if (option !== undefined && option !== '') return option;
  const named = env.STOPGAP_STATE_DIR;
  if (named !== undefined && named !== '') return named;
  const system = systemStateFolder(env);
  const trial = path.join(import.meta.dirname, '..', '.stopgap');
  return !fs.existsSync(system) && fs.existsSync(trial) ? trial : system;
}
