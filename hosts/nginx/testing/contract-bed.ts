import * as fs from 'node:fs';
import path from 'node:path';
import type { HostBed, World } from '@stopgap/agent/contract';
import {
  type Clock,
  MachineError,
  silentLog,
  systemClock,
  systemCommands,
  systemFiles,
  systemFolders,
} from '@stopgap/machine';
import type { RuleCompiler } from '../compiler.ts';
import { createNginxHost } from '../host.ts';
import { rewriteCompiler } from '../rewrite-compiler.ts';
import { readTree } from '../syntax/read-tree.ts';
import { type LaidOut, layOut } from './lay-out.ts';
import { binary, complaintOf, confined } from './real-nginx.ts';
import { StandInNginx } from './stand-in-nginx.ts';
import { StandInProcesses } from './stand-in-processes.ts';

/** An nginx laid out for one case of the contract. */
export interface NginxBed extends HostBed {
  readonly at: LaidOut;
  /** Changes one file of the configuration, as an editor does. */
  edit(name: string, change: (text: string) => string): void;
  /** As if the program had been uninstalled. */
  uninstall(): void;
}

/** An nginx that stands in for a running one: it tests by reading the configuration, and loads it when it is told to reload. */
export interface StandInBed extends NginxBed {
  readonly nginx: StandInNginx;
  /** Whether the server runs with another configuration than the one on disk. */
  stale(): boolean;
  /** A reload is asked for, and nothing comes of it. */
  deaf: boolean;
}

/** What the stand-in refuses, as nginx does with a directive that it does not know. */
export const unknownDirective = 'oops on;\n';

const files: Parameters<typeof layOut>[0] = {
  files: [
    ['nginx.conf', '# mine\nevents {}\nhttp {\n\tinclude sites-enabled/*;\n}\n'],
    [
      'sites-available/a',
      'server {\r\n\tlisten 127.0.0.1:18181;\r\n\tserver_name a.example;\r\n\tlocation / { return 200 "}"; }\r\n}',
    ],
    ['sites-available/b', 'server {\n\tlisten 127.0.0.1:18182;\n\tserver_name b.example;\n}\n'],
  ],
  links: [
    ['sites-enabled/a', '../sites-available/a'],
    ['sites-enabled/b', '../sites-available/b'],
  ],
};

/** Lays two sites of Debian's form out (below `base`), with a stand-in for nginx that "runs" on them. */
export function standInBed(compiler: RuleCompiler = rewriteCompiler, base?: string): StandInBed {
  const at = layOut(files, base);
  const nginx = new StandInNginx();
  const processes = new StandInProcesses();
  const pidFile = path.join(at.run, 'nginx.pid');
  fs.writeFileSync(pidFile, `${processes.master}\n`);
  let workers = processes.start(2);
  const text = () => [...readTree(at.source).files.values()].map((one) => one.text).join('\n');
  const refusal = () => {
    try {
      return text().includes('oops') ? 'nginx: [emerg] unknown directive "oops"' : '';
    } catch (error) {
      return `nginx: [emerg] ${error instanceof Error ? error.message : error}`;
    }
  };
  let loaded = text();
  nginx.answer('-t', () => (refusal() === '' ? {} : { code: 1, stderr: refusal() }));
  nginx.answer('-s reload', () => {
    if (bed.deaf) return {};
    for (const pid of workers) processes.titles.delete(pid);
    workers = processes.start(2);
    loaded = text();
    return {};
  });
  const world: World = {
    files: processes.files,
    folders: systemFolders,
    commands: nginx,
    clock: quickClock(),
    log: silentLog,
  };
  const config = { kind: 'nginx', configFile: at.file('nginx.conf'), globalDirectives: `pid ${pidFile};` } as const;
  const bed: StandInBed = {
    at,
    nginx,
    deaf: false,
    host: (between = (one) => one) => createNginxHost(config, { ...between(world), compiler, hostname: 'machine' }),
    snapshot: at.snapshot,
    complaint: async () => refusal() || undefined,
    stale: () => loaded !== text(),
    edit: editing(at),
    uninstall: () => nginx.answer('-V', () => new MachineError('command-not-found', 'cannot run nginx: ENOENT')),
    close: at.remove,
  };
  return bed;
}

/** The same sites, tested by Debian's nginx, which does not run: there is nothing to reload. */
export function realBed(): NginxBed {
  const at = layOut(files);
  const world: World = {
    files: systemFiles,
    folders: systemFolders,
    commands: systemCommands,
    clock: systemClock,
    log: silentLog,
  };
  const config = { kind: 'nginx', configFile: at.file('nginx.conf'), globalDirectives: confined(at) } as const;
  let installed = binary;
  return {
    at,
    host: (between = (one) => one) =>
      createNginxHost(
        { ...config, binary: installed },
        { ...between(world), compiler: rewriteCompiler, hostname: 'machine' },
      ),
    snapshot: at.snapshot,
    complaint: () => complaintOf(at),
    edit: editing(at),
    uninstall: () => {
      installed = path.join(at.run, 'nginx');
    },
    close: at.remove,
  };
}

function editing(at: LaidOut): NginxBed['edit'] {
  return (name, change) => {
    const file = at.file(name);
    fs.writeFileSync(file, change(fs.readFileSync(file, 'latin1')), 'latin1');
  };
}

/** Time passes by sleeping only. */
function quickClock(): Clock {
  let now = 0;
  const sleep = async (ms: number) => {
    now += ms;
  };
  return { now: () => now, elapsed: () => now, sleep };
}
