import path from 'node:path';
import { HostError } from '@stopgap/agent';
import { type CommandResult, type Commands, MachineError } from '@stopgap/machine';
import { folderProblem, type NginxHostConfig } from '../config.ts';
import { limits } from '../limits.ts';

/** What `nginx -V` says. */
export interface NginxBuild {
  /** E.g. `1.22.1`. */
  readonly version: string;
  /** Arguments of `configure`, without the dashes: `prefix` → `/usr/share/nginx`, `with-debug` → ``. */
  readonly options: ReadonlyMap<string, string>;
}

/** One installed nginx with the paths that hold for it. */
export interface Installation {
  readonly binary: string;
  readonly build: NginxBuild;
  /** `-p`, `-c` and `-g` as configured. */
  readonly args: readonly string[];
  /** What `-g` says; empty: nothing. */
  readonly globalDirectives: string;
  readonly prefix: string;
  readonly configFile: string;
  readonly folder: string;
}

/** Finds nginx and its paths; `undefined` when there is no such binary. Throws `HostError` for paths that cannot be used. */
export async function findInstallation(config: NginxHostConfig, commands: Commands): Promise<Installation | undefined> {
  for (const binary of config.binary === undefined ? ['nginx', '/usr/sbin/nginx'] : [config.binary]) {
    const build = await readBuild(binary, commands);
    if (build) return installationOf(config, binary, build);
  }
  return undefined;
}

function installationOf(config: NginxHostConfig, binary: string, build: NginxBuild): Installation {
  const prefix = config.prefix ?? build.options.get('prefix') ?? '/usr/local/nginx';
  const configFile = path.resolve(prefix, config.configFile ?? build.options.get('conf-path') ?? 'conf/nginx.conf');
  const folder = config.folder ?? path.join(path.dirname(configFile), 'stopgap');
  const problem = folderProblem(folder);
  if (problem) throw new HostError('configuration-refused', `${problem}; set "folder" of the nginx host`);
  const args = [
    ...(config.prefix === undefined ? [] : ['-p', config.prefix]),
    ...(config.configFile === undefined ? [] : ['-c', configFile]),
    ...(config.globalDirectives === undefined ? [] : ['-g', config.globalDirectives]),
  ];
  return { binary, build, args, globalDirectives: config.globalDirectives ?? '', prefix, configFile, folder };
}

async function readBuild(binary: string, commands: Commands): Promise<NginxBuild | undefined> {
  try {
    const { stdout, stderr } = await commands.run(binary, ['-V'], { timeoutMs: limits.versionMs });
    return parseBuild(`${stdout}\n${stderr}`);
  } catch (error) {
    if (error instanceof MachineError && error.code === 'command-not-found') return undefined;
    throw unreachable(error);
  }
}

/** Reads what `nginx -V` prints; arguments may be quoted and hold blanks. `undefined` when it is no nginx. */
export function parseBuild(output: string): NginxBuild | undefined {
  const version = /^nginx version: \S+?\/(\S+)/m.exec(output)?.[1];
  if (version === undefined) return undefined;
  const line = /^configure arguments: (.*)$/m.exec(output)?.[1] ?? '';
  const options = new Map<string, string>();
  for (const [, name = '', quoted, bare] of line.matchAll(/--([\w-]+)(?:='([^']*)'|=(\S*))?/g)) {
    options.set(name, quoted ?? bare ?? '');
  }
  return { version, options };
}

/** `nginx -t`: `undefined` when it accepts its configuration, else what it says against it, on one line. */
export async function testConfiguration(installation: Installation, commands: Commands): Promise<string | undefined> {
  const args = [...installation.args, '-t'];
  try {
    const result = await commands.run(installation.binary, args, { timeoutMs: limits.testMs });
    return result.code === 0 ? undefined : complaint(result);
  } catch (error) {
    throw unreachable(error);
  }
}

/** The words that matter in what an nginx command printed: its emergencies, else all of it. */
export function complaint({ code, stdout, stderr }: CommandResult): string {
  const lines = `${stderr}\n${stdout}`.split('\n').filter((line) => line.trim() !== '');
  const grave = lines.filter((line) => /\[(?:emerg|alert|crit|error)\]/.test(line));
  const words = (grave.length > 0 ? grave : lines).map((line) =>
    line.replace(/^.*?\[(?:emerg|alert|crit|error)\] (?:\d+#\d+: )?/, ''),
  );
  return words.join('; ') || `it ended with exit code ${code} and said nothing`;
}

/** A command that could not be run to its end, as an error of the host. */
export function unreachable(error: unknown): unknown {
  return error instanceof MachineError ? new HostError('unreachable', error.message, error) : error;
}
