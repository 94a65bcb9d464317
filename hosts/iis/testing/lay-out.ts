import * as fs from 'node:fs';
import path from 'node:path';
import type { Host, HostPlan } from '@stopgap/agent';
import {
  type Clock,
  type Commands,
  type Files,
  silentLog,
  systemClock,
  systemFiles,
  systemFolders,
} from '@stopgap/machine';
import { inMemory } from '@stopgap/machine/testing';
import type { IisHostConfig } from '../config.ts';
import { createIisHost } from '../host.ts';

/** A folder that stands for a system drive, with a host on it. */
export interface Laid {
  readonly root: string;
  readonly host: Host;
  hostWith(config: Partial<IisHostConfig>, files?: Files, commands?: Commands, clock?: Clock): Host;
  /** Path on this machine of a path below the drive, e.g. `inetpub/wwwroot/web.config`. */
  at(name: string): string;
  read(name: string): Buffer;
  write(name: string, content: string | Uint8Array): void;
  erase(name: string): void;
  /** Every file under the root: bytes, mode and owner. */
  snapshot(): ReadonlyMap<string, string>;
  remove(): void;
}

const noCommands: Commands = { run: (file) => Promise.reject(new Error(`${file}: no commands here`)) };

/** Where IIS keeps its configuration, in a spelling that is not the one that it is looked for under. */
export const hostFile = 'WINDOWS/system32/InetSrv/Config/applicationHost.config';

/** Lays files out under a temporary folder. Files have mode 0640, so that a mode that gets lost shows. */
export function layOut(contents: Iterable<readonly [string, string | Uint8Array]>): Laid {
  const root = fs.mkdtempSync(path.join(inMemory, 'stopgap-iis-'));
  const at = (name: string) => path.join(root, name);
  const write = (name: string, content: string | Uint8Array) => {
    fs.mkdirSync(path.dirname(at(name)), { recursive: true });
    fs.writeFileSync(at(name), content);
    fs.chmodSync(at(name), 0o640);
  };
  for (const [name, content] of contents) write(name, content);
  const hostWith = (
    config: Partial<IisHostConfig>,
    files = systemFiles,
    commands = noCommands,
    clock: Clock = systemClock,
  ) =>
    createIisHost(
      { kind: 'iis', root, ...config },
      {
        files,
        folders: systemFolders,
        commands,
        clock,
        log: silentLog,
        platform: 'linux',
        environment: new Map(),
        hostname: 'machine',
      },
    );
  return {
    root,
    host: hostWith({}),
    hostWith,
    at,
    read: (name) => fs.readFileSync(at(name)),
    write,
    erase: (name) => fs.rmSync(at(name)),
    snapshot: () => snapshot(root),
    remove: () => fs.rmSync(root, { recursive: true, force: true }),
  };
}

function snapshot(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const entry of fs.readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const full = path.join(entry.parentPath, entry.name);
    const { mode, uid } = fs.statSync(full);
    found.set(path.relative(root, full), `${(mode & 0o7777).toString(8)} ${uid} ${fs.readFileSync(full, 'latin1')}`);
  }
  return found;
}

/** Makes all changes of a plan, in order, and puts them in force. */
export async function performAll(host: Host, { changes }: HostPlan): Promise<void> {
  for (const change of changes) await host.perform(change);
  await host.activate();
}

/** Takes all changes of a plan back, last first. */
export async function undoAll(host: Host, { changes }: HostPlan): Promise<void> {
  for (const change of [...changes].reverse()) await host.undo(change);
  await host.activate();
}
