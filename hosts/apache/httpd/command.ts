import { HostError } from '@stopgap/agent';
import { type CommandResult, type Commands, MachineError } from '@stopgap/machine';
import type { ApacheHostConfig } from '../config.ts';
import { limits } from '../limits.ts';

/** One installed httpd, as it is run. */
export interface Httpd {
  readonly command: string;
  /** `-d`, `-f` and `-D` as configured. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** E.g. `2.4.71`. */
  readonly version: string;
  /** What it was built with. */
  readonly root: string;
  readonly configFile: string;
}

const usual = ['apache2ctl', '/usr/sbin/apache2ctl', 'httpd', '/usr/sbin/httpd', 'apachectl', '/usr/sbin/apachectl'];

/** Finds httpd; `undefined` when there is no such program. Throws `HostError` `unreachable`. */
export async function findHttpd(config: ApacheHostConfig, commands: Commands): Promise<Httpd | undefined> {
  for (const command of config.command === undefined ? usual : [config.command]) {
    const found = await readBuild(config, command, commands);
    if (found) return found;
  }
  return undefined;
}

async function readBuild(config: ApacheHostConfig, command: string, commands: Commands): Promise<Httpd | undefined> {
  const args = [
    ...(config.serverRoot === undefined ? [] : ['-d', config.serverRoot]),
    ...(config.configFile === undefined ? [] : ['-f', config.configFile]),
    ...(config.defines ?? []).flatMap((name) => ['-D', name]),
  ];
  const environment = Object.fromEntries(config.environment ?? []);
  try {
    const options = { timeoutMs: limits.versionMs, env: environment };
    const result = await commands.run(command, [...args, '-V'], options);
    const { stdout } = result;
    const version = /^Server version: Apache\/(\d[\w.]*)/m.exec(stdout)?.[1];
    if (version === undefined && result.code !== 0) {
      throw new HostError('unreachable', `${command} -V does not work: ${complaint(result)}`);
    }
    if (version === undefined) return undefined;
    const built = (name: string) => new RegExp(`-D ${name}="([^"]*)"`).exec(stdout)?.[1];
    const root = built('HTTPD_ROOT') ?? '/etc/httpd';
    const configFile = built('SERVER_CONFIG_FILE') ?? 'conf/httpd.conf';
    return { command, args, environment, version, root, configFile };
  } catch (error) {
    if (error instanceof MachineError && error.code === 'command-not-found') return undefined;
    throw unreachable(error);
  }
}

/** Runs httpd with options of its own behind the configured ones. Throws `HostError` `unreachable`. */
export async function runHttpd(httpd: Httpd, more: readonly string[], commands: Commands): Promise<CommandResult> {
  const { command, args, environment } = httpd;
  try {
    return await commands.run(command, [...args, ...more], {
      timeoutMs: limits.testMs,
      maxOutputBytes: limits.dumpBytes,
      env: environment,
    });
  } catch (error) {
    throw unreachable(error);
  }
}

/** How a person runs the test of the configuration. */
export function testLine({ command, args, environment }: Httpd): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return [...variables, command, ...args, '-t'].map(forShell).join(' ');
}

function forShell(word: string): string {
  return /^[\w./:=@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Lines in which Apache, and `apache2ctl` around it, say nothing about what is wrong. */
const chatter =
  /^(?:Action '.*' failed\.|The Apache error log may have more information\.|Setting ulimit failed.*|Syntax OK|AH00557:.*|AH00558:.*)$|\[\w*:?(?:warn|notice|info|debug)\]/;

/** The words that matter in what a command printed against the configuration, on one line. */
export function complaint({ code, stderr, stdout }: CommandResult): string {
  const said = (text: string) => text.split('\n').filter((line) => line.trim() !== '' && !chatter.test(line));
  const words = said(stderr).map((line) => line.replace(/^\[.*?\] (?:\[[^\]]*\] )*/, '').trim());
  const all = words.length > 0 ? words : said(stdout);
  return all.join(' ').slice(0, 2_000) || `it ended with exit code ${code} and said nothing`;
}

/** A command that could not be run to its end, as an error of the host. */
export function unreachable(error: unknown): unknown {
  return error instanceof MachineError ? new HostError('unreachable', error.message, error) : error;
}
