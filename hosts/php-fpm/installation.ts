import { HostError } from '@stopgap/agent';
import { type Commands, type Folders, MachineError } from '@stopgap/machine';
import type { PhpFpmHostConfig } from './config.ts';
import { glob } from './tree.ts';

/** Where the PHP-FPM is that a host is about. */
export interface Installation {
  readonly configFile: string;
  readonly binary: string;
  readonly prefix: string;
  /** Arguments that tell the binary of the same configuration. */
  readonly args: readonly string[];
}

/** Finds it, or says why it cannot be told which one is meant. */
export function findInstallation(config: PhpFpmHostConfig, folders: Folders): Installation | { readonly why: string } {
  const configFile = config.configFile ?? onlyOne(folders);
  if (typeof configFile !== 'string') return configFile;
  const version = /^\/etc\/php\/([0-9.]+)\//.exec(configFile)?.[1] ?? '';
  const binary = config.binary ?? `/usr/sbin/php-fpm${version}`;
  if (folders.realPath(configFile) === undefined) return { why: `${configFile} is not there` };
  if (folders.realPath(binary) === undefined) return { why: `${binary} is not there; set "binary" in agent.json` };
  const given = config.prefix === undefined ? [] : ['--prefix', config.prefix];
  return { configFile, binary, prefix: config.prefix ?? '/usr', args: ['--fpm-config', configFile, ...given] };
}

function onlyOne(folders: Folders): string | { readonly why: string } {
  const found = glob('/etc/php/*/fpm/php-fpm.conf', folders).filter((file) => folders.realPath(file) !== undefined);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  if (first === undefined) return { why: 'there is no /etc/php/*/fpm/php-fpm.conf; set "configFile" in agent.json' };
  return { why: `there are several: ${found.join(', ')}; set "configFile" (a host for each) in agent.json` };
}

/** What PHP-FPM has against its configuration as it stands; `undefined`: nothing. Throws `HostError` `unreachable`. */
export async function complaintOf({ binary, args }: Installation, commands: Commands): Promise<string | undefined> {
  const { code, stdout, stderr } = await asked(binary, ['--test', ...args], commands);
  if (code === 0) return undefined;
  return `${stderr}${stdout}`.trim().split('\n').slice(0, 5).join('; ').slice(0, 600);
}

/** As in `8.2.36`, or `undefined`. */
export async function versionOf({ binary }: Installation, commands: Commands): Promise<string | undefined> {
  return /^PHP (\S+)/.exec((await asked(binary, ['--version'], commands)).stdout)?.[1];
}

async function asked(binary: string, args: readonly string[], commands: Commands) {
  try {
    return await commands.run(binary, args);
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    throw new HostError('unreachable', error.message, error);
  }
}
