import * as fs from 'node:fs';
import path from 'node:path';
import type { HostBed, HostContract, World } from '@stopgap/agent/contract';
import { scopedRules } from '@stopgap/agent/rule-files';
import { silentLog, systemCommands, systemFiles, systemFolders } from '@stopgap/machine';
import { compileApache } from '@stopgap/rewrite';
import { autodiscover, refusing, withProvider } from '../../../tests/rule-hosts/actions.ts';
import { createApacheHost } from '../host.ts';
import { type LaidOut, type Layout, layOut } from './lay-out.ts';
import { complaintOf, configFor, RealApache, twoSites } from './real-apache.ts';
import { quickClock, StandInHttpd } from './stand-in-httpd.ts';

/** An Apache laid out for one case of the contract. */
export interface ApacheBed extends HostBed {
  readonly at: LaidOut;
  /** As if the program had been uninstalled. */
  uninstall(): void;
}

const observeLog = '/var/log/stopgap-observed.log';

/** How a bed's Apache takes our file in. */
export type Entry = 'folder' | 'line';

/** Two sites, behind links as in Debian; for `line` without a folder for additions and with a main file without an end. */
export function layoutFor(port: number, entry: Entry): Layout {
  const { files, links = [] } = twoSites(port);
  if (entry === 'folder') return { files, links };
  return {
    links,
    files: files.map(([name, text]) =>
      name === 'apache2.conf'
        ? [name, text.replace('IncludeOptional conf-enabled/*.conf\n', '').trimEnd()]
        : [name, text],
    ),
  };
}

/** A stand-in for httpd that "runs" on two sites. */
export function standInBed(entry: Entry): ApacheBed {
  const at = layOut(layoutFor(8_080, entry));
  at.edit('mods-enabled/alias.load', (text) => text.replace(/\S+$/m, `${at.run}/mod_alias.so`));
  const httpd = new StandInHttpd(at);
  const world: World = {
    files: httpd.files,
    folders: systemFolders,
    commands: httpd,
    clock: quickClock(),
    log: silentLog,
  };
  return {
    at,
    host: (between = (one) => one) => createApacheHost({ ...configFor(at), observeLog }, between(world)),
    snapshot: at.snapshot,
    complaint: async () => httpd.complaint(),
    uninstall: () => {
      httpd.installed = false;
    },
    close: at.remove,
  };
}

/** A real httpd with two sites, which runs or only tests. */
export async function realBed(port: number, entry: Entry, runs: boolean): Promise<ApacheBed> {
  const at = layOut(layoutFor(port, entry));
  const apache = runs ? await RealApache.start(at) : undefined;
  const world: World = {
    files: systemFiles,
    folders: systemFolders,
    commands: systemCommands,
    clock: { ...realClock },
    log: silentLog,
  };
  let command = configFor(at).command;
  return {
    at,
    host: (between = (one) => one) =>
      createApacheHost({ ...configFor(at), command, observeLog: path.join(at.run, 'observed.log') }, between(world)),
    snapshot: () => new Map([...at.snapshot()].map(([name, text]) => [name, text.replaceAll(String(port), 'PORT')])),
    complaint: () => complaintOf(at),
    uninstall: () => {
      command = path.join(at.run, 'apache2');
    },
    close: async () => {
      await apache?.stop();
      at.remove();
    },
  };
}

const realClock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
};

/** The contract of this kind of host. */
export function apacheContract(setUp: HostContract<ApacheBed>['setUp'], entry: Entry): HostContract<ApacheBed> {
  const own = entry === 'folder' ? 'conf-enabled/zz-stopgap.conf' : 'stopgap.conf';
  const lineOut = {
    name: 'our line taken out',
    do: ({ at }: ApacheBed) =>
      at.edit('apache2.conf', (text) => text.replace(/\nIncludeOptional \S*stopgap\.con\[f\]/, '')),
  };
  return {
    setUp,
    actions: [refusing('one'), autodiscover, refusing('three')],
    sharing: { skip: 'rules are not shared: each mitigation has its own' },
    unsupported: [
      { action: withProvider, word: /provider|rewrite map/ },
      { action: { ...refusing('one'), action: { kind: 'appPool', name: 'p' } }, word: /appPool/ },
    ],
    observing: 'held',
    drifts: [
      { name: 'our file deleted', do: ({ at }) => fs.rmSync(at.file(own)) },
      {
        name: 'a rule of ours changed',
        do: ({ at }) => at.edit(own, (text) => text.replace('Redirect 403', 'Redirect 410')),
      },
      { name: 'our file filled with what Apache refuses', do: ({ at }) => at.edit(own, (text) => `${text}Oops on\n`) },
      ...(entry === 'line' ? [lineOut] : []),
    ],
    edits: [
      {
        name: 'another name for a site',
        do: ({ at }) => at.edit('sites-available/a.conf', (text) => text.replace('www.a', 'www.aa')),
      },
      {
        name: 'another time-out',
        do: ({ at }) => at.edit('apache2.conf', (text) => text.replace('Timeout 300', 'Timeout 301')),
      },
    ],
    conflict: {
      name: "a stranger's file in the place of ours",
      do: ({ at }) => fs.writeFileSync(at.file(own), '# mine\n'),
    },
    adoption: {
      name: 'the rules put in by hand',
      do: ({ at }) =>
        fs.writeFileSync(at.file('sites-enabled/by-hand.conf'), compileApache(scopedRules([refusing('one')])).main),
    },
    breakage: {
      break: {
        name: 'an unknown directive',
        do: ({ at }) => at.edit('sites-available/b.conf', (text) => `Oops on\n${text}`),
      },
      mend: {
        name: 'it is gone',
        do: ({ at }) => at.edit('sites-available/b.conf', (text) => text.replace('Oops on\n', '')),
      },
    },
    absence: { name: 'Apache is uninstalled', do: (bed) => bed.uninstall() },
  };
}
