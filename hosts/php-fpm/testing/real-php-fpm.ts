import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { HeldAction, Host } from '@stopgap/agent';
import { silentLog, systemClock, systemCommands, systemFiles } from '@stopgap/machine';
import { phpFpmHost } from '../index.ts';
import { askPool } from './fastcgi.ts';

/** Debian's PHP-FPM with a configuration of its own. */
export interface RealPhpFpm {
  readonly host: Host;
  /** A path in its folder. */
  path(name: string): string;
  read(name: string): string;
  write(name: string, text: string): void;
  /** What a pool with the socket `NAME.sock` answers to a ping. */
  ping(name: string): Promise<string>;
  start(): Promise<void>;
  /** Whether its master still runs. */
  runs(): boolean;
  stop(): Promise<void>;
}

/** Where Debian puts it; `undefined`: not installed. */
export const phpFpmBinary: string | undefined = globSync('/usr/sbin/php-fpm*').sort().at(-1);

/** Lays the files out (by name, below the folder; `DIR` in a text is the folder). Starts nothing yet. */
export function layOutPhpFpm(files: Readonly<Record<string, string>>): RealPhpFpm {
  // A socket's path is at most 107 characters, and workers have to reach it as nobody.
  const folder = mkdtempSync('/tmp/stopgap-fpm-');
  const at = (name: string) => path.join(folder, name);
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text.replaceAll('DIR', folder), 'latin1');
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const binary = phpFpmBinary ?? '/usr/sbin/php-fpm';
  const configFile = at('php-fpm.conf');
  const machine = { files: systemFiles, commands: systemCommands, clock: systemClock, log: silentLog };
  let process: ChildProcess | undefined;
  return {
    host: phpFpmHost({ kind: 'php-fpm', configFile, binary, prefix: folder }, machine),
    path: at,
    read: (name) => readFileSync(at(name), 'latin1'),
    write,
    ping: (name) => askPool({ path: at(`${name}.sock`) }),
    start: async () => {
      const args = ['--nodaemonize', '--fpm-config', configFile, '--prefix', folder];
      process = spawn(binary, args, { stdio: 'ignore', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } });
      for (let tries = 0; tries < 500 && globSync(at('*.sock')).length === 0; tries++) await systemClock.sleep(20);
    },
    runs: () => process?.exitCode === null && process.signalCode === null,
    stop: async () => {
      if (process?.exitCode === null && process.signalCode === null) {
        process.kill('SIGTERM');
        await once(process, 'exit');
      }
      if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A pool's section, with its socket in the folder. */
export function poolSection(name: string, more = ''): string {
  return `[${name}]\nuser = nobody\ngroup = nogroup\nlisten = DIR/${name}.sock\npm = static\npm.max_children = 2\nping.path = /ping\nping.response = pong ${name}\n${more}`;
}

/** An action that takes a pool out. */
export function takingOut(name: string): HeldAction {
  return { mitigation: `M-${name}`, revision: 1, index: 0, mode: 'enforce', action: { kind: 'appPool', name } };
}
