import * as fs from 'node:fs';
import path from 'node:path';
import { type Clock, type CommandResult, type Commands, type Files, MachineError, systemFiles } from '@stopgap/machine';
import type { LaidOut } from './lay-out.ts';
import { Refused, readAsHttpd } from './stand-in-reader.ts';

const parent = 4_100_001;

/** Stands in for httpd and its processes: tests by reading the configuration, and loads it when it is told to reload. */
export class StandInHttpd implements Commands {
  readonly asked: string[] = [];
  installed = true;
  #children = [parent + 1, parent + 2];
  #loaded: string;
  readonly #at: LaidOut;

  constructor(at: LaidOut) {
    this.#at = at;
    fs.writeFileSync(path.join(at.run, 'apache2.pid'), `${parent}\n`);
    fs.writeFileSync(path.join(at.run, 'mod_info.so'), '');
    this.#loaded = this.#text();
  }

  /** What it says against the configuration, or `undefined`. */
  complaint(): string | undefined {
    try {
      this.#text();
      return undefined;
    } catch (error) {
      return String(error);
    }
  }

  /** Whether it runs with another configuration than the one on disk. */
  get stale(): boolean {
    return this.#loaded !== this.#text();
  }

  async run(file: string, args: readonly string[]): Promise<CommandResult> {
    this.asked.push([path.basename(file), ...args].join(' '));
    const answer = this.#answer(file, args);
    if (answer === undefined) throw new MachineError('command-not-found', `cannot run ${file}: ENOENT`);
    return { code: 0, stdout: '', stderr: '', ...answer };
  }

  #answer(file: string, args: readonly string[]): Partial<CommandResult> | undefined {
    if (file === 'kill') return this.#reload();
    if (file === 'find') return { stdout: this.#openFiles() };
    if (file === 'tail') return {};
    if (!this.installed || path.basename(file) !== 'apache2') return undefined;
    if (args.includes('-V'))
      return { stdout: 'Server version: Apache/2.4.71 (Debian)\n -D HTTPD_ROOT="/etc/apache2"\n' };
    try {
      return { stdout: args.includes('DUMP_CONFIG') ? this.#directives() : this.#facts() };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return {
        code: 1,
        stderr: `${error.message}\nAction '-t' failed.\nThe Apache error log may have more information.\n`,
      };
    }
  }

  /** The pipe by which the parent tells its children to go is another with each configuration. */
  #openFiles(): string {
    const [first] = this.#children;
    return [parent, ...this.#children]
      .map((pid) => `/proc/${pid}/fd socket:[77]\n/proc/${pid}/fd pipe:[${first}]\n`)
      .join('');
  }

  #reload(): Partial<CommandResult> {
    const last = Math.max(...this.#children);
    this.#children = [last + 1, last + 2];
    this.#loaded = this.#text();
    return {};
  }

  #reading() {
    return readAsHttpd(this.#at.root, this.#at.file('apache2.conf'));
  }

  #text(): string {
    return this.#reading().directives.join('\n');
  }

  #directives(): string {
    return `${this.#text()}\n`;
  }

  #facts(): string {
    const { files, modules, virtualHosts } = this.#reading();
    const lines = [
      'Included configuration files:',
      ...files.map(([depth, file]) => `${'  '.repeat(depth + 1)}(${depth === 0 ? '*' : '1'}) ${file}`),
      'VirtualHost configuration:',
      ...virtualHosts.map(({ address, name, place }) => `${address.padEnd(22)} ${name} (${place})`),
      `ServerRoot: "${this.#at.root}"`,
      `Main ErrorLog: "${this.#at.run}/error.log"`,
      `PidFile: "${this.#at.run}/apache2.pid"`,
      'Loaded Modules:',
      ...[...modules].map((name) => ` ${name}_module (shared)`),
    ];
    return `${lines.join('\n')}\n`;
  }

  /** The machine's files, with /proc as these processes have it. */
  readonly files: Files = {
    ...systemFiles,
    read: (file, maxBytes) => {
      if (!file.startsWith('/proc/')) return systemFiles.read(file, maxBytes);
      return { bytes: Buffer.from(this.#proc(file)), mode: 0o444, uid: 0, gid: 0 };
    },
  };

  #proc(file: string): string {
    if (file.endsWith('/cmdline')) return '/usr/sbin/apache2\0-k\0start\0';
    if (file.endsWith('/children')) return this.#children.join(' ');
    if (file.endsWith('/stat')) return `1 (apache2) S ${Array.from({ length: 30 }, (_, at) => at).join(' ')}`;
    return file.endsWith('/tcp') ? '  sl\n   0: 0100007F:0050 0:0 0A 0:0 0:0 0 0 0 77 1\n' : '';
  }
}

/** Time passes by sleeping only. */
export function quickClock(): Clock {
  let now = 0;
  const sleep = async (ms: number) => {
    now += ms;
  };
  return { now: () => now, elapsed: () => now, sleep };
}
