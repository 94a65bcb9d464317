import fs from 'node:fs';
import path from 'node:path';
import type { HeldAction, Host } from '@stopgap/agent';
import {
  type Commands,
  type Files,
  type Folders,
  type Log,
  silentLog,
  systemClock,
  systemFiles,
} from '@stopgap/machine';
import type { TestHost } from '../../../tests/host-machine/index.ts';
import { systemdHost } from '../index.ts';

/**
 * The host kind on the systemd of a test host, whose files are reached from outside. `step` is called before and after
 * each thing that changes something; a test throws from it, as a kill would end the process there.
 */
export function hostIn(testHost: TestHost, log: Log = silentLog, step: () => void = () => {}): Host {
  const run: Commands['run'] = async (file, args, options) => {
    const changing = ['daemon-reload', 'stop', 'start', 'kill'].includes(args[0] ?? '');
    if (changing) step();
    const result = await testHost.run(file, args, options);
    if (changing) step();
    return result;
  };
  const parts = {
    files: filesIn(testHost, step),
    folders: foldersIn(testHost),
    commands: { run },
    clock: systemClock,
    log,
  };
  return systemdHost({ kind: 'systemd', stopSeconds: 2 }, parts);
}

/** An action that stops a service. */
export function stopping(name: string, mitigation = `M-${name}`): HeldAction {
  return { mitigation, revision: 1, index: 0, mode: 'enforce', action: { kind: 'service', name, shared: true } };
}

/** Links in `/proc/<pid>/root` lead out of the test host when followed from here, so none is. */
function filesIn(host: TestHost, step: () => void): Files {
  const stepping = (work: () => void) => {
    step();
    work();
    step();
  };
  return {
    read: (file, most) => systemFiles.read(host.path(file), most),
    write: (file, bytes, options) => stepping(() => fs.writeFileSync(host.path(file), bytes, options)),
    remove: (file) => stepping(() => fs.rmSync(host.path(file), { force: true })),
    makeFolder: (folder, mode) => void fs.mkdirSync(host.path(folder), { recursive: true, mode }),
  };
}

function foldersIn(host: TestHost): Folders {
  const list = (folder: string) => (fs.existsSync(host.path(folder)) ? fs.readdirSync(host.path(folder)) : undefined);
  return {
    list,
    realPath: (file) => {
      const inside = host.path(file);
      if (!fs.existsSync(inside)) return undefined;
      return fs.lstatSync(inside).isSymbolicLink() ? fs.readlinkSync(inside) : file;
    },
    removeEmpty: (folder) => {
      if (list(folder)?.length === 0) fs.rmdirSync(host.path(folder));
    },
    sweep: () => {},
  };
}

/** All of the host's `/etc/systemd`: names, kinds, modes, links' texts and contents. */
export function treeOf(host: TestHost): string {
  const root = host.path('/etc/systemd');
  const entries = fs.readdirSync(root, { recursive: true, withFileTypes: true });
  return entries
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const mode = fs.lstatSync(file).mode.toString(8);
      const content = entry.isSymbolicLink()
        ? fs.readlinkSync(file)
        : entry.isFile()
          ? fs.readFileSync(file, 'hex')
          : '';
      return `${path.relative(root, file)} ${mode} ${content}`;
    })
    .sort()
    .join('\n');
}
