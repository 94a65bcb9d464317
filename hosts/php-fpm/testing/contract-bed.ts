import * as fs from 'node:fs';
import path from 'node:path';
import type { HostBed, World } from '@stopgap/agent/contract';
import { type CommandResult, type Files, type Folders, silentLog, systemFiles, systemFolders } from '@stopgap/machine';
import { inMemory } from '@stopgap/machine/testing';
import { phpFpmHost } from '../index.ts';
import { expectedListening } from '../listening.ts';
import { parseFile } from '../sections.ts';
import { readTree } from '../tree.ts';

/** A PHP-FPM that stands in for a running one: it tests by reading the files, and listens anew when it is signalled. */
export interface PhpFpmBed extends HostBed {
  file(name: string): string;
  /** Changes one file, as an editor does. */
  edit(name: string, change: (text: string) => string): void;
  /** Whether it listens on something else than the files say. */
  stale(): boolean;
}

/** Process id of the stand-in's master; no real process can have it. */
const master = 4_999_999;
const pool = (name: string) => `[${name}]\nuser = nobody\nlisten = DIR/${name}.sock\npm = static\n`;
const laidOut: Readonly<Record<string, string>> = {
  'php-fpm.conf': '; the main file\r\n[global]\r\nprocess_control_timeout = 10s\r\ninclude=pool.d/*.conf\r\n',
  'pool.d/a.conf': `; two pools\n\n${pool('shop')};pm.max_requests = 1\n; the other\n${pool('blog')}`,
  'pool.d/b.conf': `${pool('wiki').replaceAll('\n', '\r\n')}; no end of line \xe9`,
};

/** Lays three pools out in two files, of either line end. */
export function phpFpmBed(): PhpFpmBed {
  const folder = fs.mkdtempSync(path.join(inMemory, 'stopgap-fpm-'));
  const file = (name: string) => path.join(folder, name);
  fs.mkdirSync(file('pool.d'));
  for (const [name, text] of Object.entries(laidOut)) {
    fs.writeFileSync(file(name), text.replaceAll('DIR', folder), { encoding: 'latin1', mode: 0o640 });
  }
  const [configFile, binary] = [file('php-fpm.conf'), file('php-fpm')];
  fs.writeFileSync(binary, '');
  const listening = () =>
    expectedListening(readTree({ configFile, prefix: folder, files: systemFiles, folders: systemFolders }), folder)
      .open;
  let bound = listening();
  const world = worldOf(configFile, {
    listening: () => bound,
    refusal: () => refusalIn(folder),
    reload: () => {
      bound = listening();
    },
  });
  return {
    file,
    host: (between = (one) => one) =>
      phpFpmHost({ kind: 'php-fpm', configFile, binary, prefix: folder }, between(world)),
    snapshot: () => snapshot(folder),
    complaint: async () => refusalIn(folder),
    stale: () => [...bound].sort().join() !== [...listening()].sort().join(),
    edit: (name, change) => fs.writeFileSync(file(name), change(fs.readFileSync(file(name), 'latin1')), 'latin1'),
    close: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

interface StandIn {
  listening(): readonly string[];
  refusal(): string | undefined;
  reload(): void;
}

function worldOf(configFile: string, { listening, refusal, reload }: StandIn): World {
  const proc = new Map<string, () => string>([
    [`/proc/${master}/cmdline`, () => `php-fpm: master process (${configFile})\0`],
    [
      '/proc/net/unix',
      () =>
        listening()
          .map((address) => `0: 2 0 10000 0001 01 1 ${address}\n`)
          .join(''),
    ],
  ]);
  const files: Files = {
    ...systemFiles,
    read: (name, most) => {
      const text = proc.get(name)?.();
      if (text !== undefined) return { bytes: Buffer.from(text), mode: 0o444, uid: 0, gid: 0 };
      return name.startsWith('/proc/') ? undefined : systemFiles.read(name, most);
    },
  };
  const folders: Folders = {
    ...systemFolders,
    list: (name) => (name.startsWith('/proc') ? [String(master)] : systemFolders.list(name)),
  };
  const run = async (_file: string, args: readonly string[]): Promise<CommandResult> => {
    if (args[0] === '--version') return { code: 0, stdout: 'PHP 8.2.36 (fpm-fcgi)\n', stderr: '' };
    if (args[0] === '-s') reload();
    const stderr = args[0] === '--test' ? (refusal() ?? '') : '';
    return { code: stderr === '' ? 0 : 78, stdout: '', stderr };
  };
  let now = 0;
  const sleep = async (ms: number) => {
    now += ms;
  };
  const clock = { now: () => now, elapsed: () => now, sleep };
  return { files, folders, commands: { run }, clock, log: silentLog };
}

/** PHP-FPM wants at least one pool, each with an address, and knows no setting `oops`. */
function refusalIn(folder: string): string | undefined {
  const names = fs.readdirSync(path.join(folder, 'pool.d')).sort();
  const texts = names.map((name) => fs.readFileSync(path.join(folder, 'pool.d', name), 'latin1'));
  const pools = texts.flatMap((text) => parseFile(text).sections);
  if (texts.some((text) => /^oops/m.test(text))) return "ERROR: unknown entry 'oops'";
  if (pools.length === 0) return 'ERROR: No pool defined.';
  const deaf = pools.find(({ settings }) => !settings.has('listen'));
  return deaf && `ERROR: [pool ${deaf.name}] no listen address have been defined!`;
}

function snapshot(folder: string): ReadonlyMap<string, string> {
  const found = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    found.map((entry) => {
      const full = path.join(entry.parentPath, entry.name);
      const text = fs.readFileSync(full, 'latin1').replaceAll(folder, 'DIR');
      return [path.relative(folder, full), `${(fs.statSync(full).mode & 0o7777).toString(8)} ${text}`] as const;
    }),
  );
}
