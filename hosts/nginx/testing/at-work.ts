import path from 'node:path';
import type { Host, HostPlan } from '@stopgap/agent';
import { type Files, silentLog, systemClock, systemFiles, systemFolders } from '@stopgap/machine';
import type { NginxHostConfig } from '../config.ts';
import { createNginxHost } from '../host.ts';
import type { HostParts } from '../parts.ts';
import type { CorpusCase } from './corpus.ts';
import { type LaidOut, layOut } from './lay-out.ts';
import { standInCompiler } from './stand-in-compiler.ts';
import { StandInNginx } from './stand-in-nginx.ts';

/** A host on a configuration in a temporary folder, with a stand-in for nginx. */
export interface AtWork extends LaidOut {
  readonly nginx: StandInNginx;
  readonly host: Host;
  /** Another one on the same configuration. */
  hostWith(config: Partial<NginxHostConfig>): Host;
}

/** Two sites behind links, as Debian lays them out. */
export const twoSites: Pick<CorpusCase, 'files' | 'links'> = {
  files: [
    ['nginx.conf', 'events {}\nhttp {\n\tinclude sites-enabled/*;\n}\n'],
    ['sites-available/a', 'server {\n\tlisten 127.0.0.1:18181;\n\tserver_name a.example;\n}\n'],
    ['sites-available/b', 'server {\n\tlisten 127.0.0.1:18182;\n\tserver_name b.example;\n}\n'],
  ],
  links: [
    ['sites-enabled/a', '../sites-available/a'],
    ['sites-enabled/b', '../sites-available/b'],
  ],
};

/** Lays a configuration out and puts a host to work on it. */
export function putToWork(
  config: Partial<NginxHostConfig> = {},
  files: Files = systemFiles,
  one: Pick<CorpusCase, 'files' | 'links'> = twoSites,
): AtWork {
  const at = layOut(one);
  const nginx = new StandInNginx();
  const parts: HostParts = {
    files,
    folders: systemFolders,
    commands: nginx,
    clock: systemClock,
    log: silentLog,
    compiler: standInCompiler,
    hostname: 'machine',
  };
  const hostWith = (more: Partial<NginxHostConfig>) =>
    createNginxHost({ kind: 'nginx', configFile: at.file('nginx.conf'), ...more }, parts);
  return { ...at, nginx, host: hostWith(config), hostWith };
}

/** Names of the files that a plan changes, in its order. */
export function filesOf({ changes }: HostPlan): readonly string[] {
  return changes.flatMap((change) => (change.kind === 'file' ? [path.basename(change.path)] : []));
}

/** Makes all changes of a plan, in order. */
export async function performAll(host: Host, { changes }: HostPlan): Promise<void> {
  for (const change of changes) await host.perform(change);
}

/** Takes all changes of a plan back, last first. */
export async function undoAll(host: Host, { changes }: HostPlan): Promise<void> {
  for (const change of [...changes].reverse()) await host.undo(change);
}
