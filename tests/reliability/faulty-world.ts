import * as fs from 'node:fs';
import type { Journal } from '@stopgap/agent';
import type { World } from '@stopgap/agent/contract';
import { type FileOperations, type Files, filesOver, MachineError } from '@stopgap/machine';
import type { Faults } from './faults.ts';

const codes = ['ENOSPC', 'EIO', 'EROFS', 'EDQUOT'] as const;
let failures = 0;

/** The world as `faults` lets it work: every write, fsync, rename and removal of a file, every command, and time. */
export function faultyWorld(world: World, faults: Faults, onDisk: boolean): World {
  const files = onDisk ? { ...faultyDisk(faults), read: world.files.read } : faultyMemory(world.files, faults);
  const looking = <A extends readonly unknown[], R>(look: (...args: A) => R) => {
    return (...args: A): R => {
      faults.alive();
      return look(...args);
    };
  };
  const { list, realPath, removeEmpty, sweep } = world.folders;
  return {
    ...world,
    files: { ...files, read: looking(files.read) },
    folders: {
      list: looking(list),
      realPath: looking(realPath),
      removeEmpty: (folder) => faults.step('rmdir', () => removeEmpty(folder), cannotWrite),
      sweep: (file) => faults.step('sweep', () => sweep(file), cannotWrite),
    },
    commands: {
      run: (file, args, options) => {
        const name = `command ${[file.split('/').at(-1), ...args].join(' ').slice(0, 60)}`;
        return faults.slowStep(name, () => world.commands.run(file, args, options), cannotRun);
      },
    },
    clock: { ...world.clock, sleep: looking(world.clock.sleep) },
  };
}

/** The journal as `faults` lets it write; SQLite keeps each call whole, or does not do it. */
export function faultyJournal(journal: Journal, faults: Faults): Journal {
  return new Proxy(journal, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: readonly unknown[]) => {
        const work = () => Reflect.apply(value, target, args);
        if (writing.has(String(name))) return faults.step(`journal ${String(name)}`, work, diskFull);
        faults.alive();
        return work();
      };
    },
  });
}

const writing = new Set([
  'begin',
  'reach',
  'finish',
  'undone',
  'putHeld',
  'putStatus',
  'putSource',
  'putNote',
  'record',
]);

/** The calls below `Files`, so that a write fails at its fsync or its rename as well. */
function faultyDisk(faults: Faults): Files {
  const io: FileOperations = {
    ...fs,
    openSync: (file, flags, mode) =>
      flags === 'r' || typeof flags === 'number'
        ? fs.openSync(file, flags, mode)
        : faults.step('open', () => fs.openSync(file, flags, mode), errno),
    writeFileSync: (file, data, options) => {
      const half = () => fs.writeFileSync(file, String(data).slice(0, String(data).length / 2));
      faults.step('write', () => fs.writeFileSync(file, data, options), errno, half);
    },
    fchownSync: (fd, uid, gid) => faults.step('chown', () => fs.fchownSync(fd, uid, gid), errno),
    fchmodSync: (fd, mode) => faults.step('chmod', () => fs.fchmodSync(fd, mode), errno),
    fsyncSync: (fd) => faults.step('fsync', () => fs.fsyncSync(fd), errno),
    renameSync: (from, to) => faults.step('rename', () => fs.renameSync(from, to), errno),
    rmSync: (file, options) => faults.step('remove', () => fs.rmSync(file, options), errno),
    mkdirSync: ((folder: fs.PathLike, options?: fs.MakeDirectoryOptions) =>
      faults.step('mkdir', () => fs.mkdirSync(folder, options), errno)) as typeof fs.mkdirSync,
  };
  return filesOver(io);
}

/** Files that are in memory have no calls below. */
function faultyMemory(files: Files, faults: Faults): Files {
  return {
    read: files.read,
    write: (...args) => faults.step('write', () => files.write(...args), cannotWrite),
    remove: (file) => faults.step('remove', () => files.remove(file), cannotWrite),
    makeFolder: (...args) => faults.step('mkdir', () => files.makeFolder(...args), cannotWrite),
  };
}

function errno(): Error {
  const code = codes[failures++ % codes.length] ?? 'EIO';
  return Object.assign(new Error(`${code}: made to fail`), { code });
}

function cannotWrite(): Error {
  const cause = errno();
  return new MachineError('file-unwritable', `cannot write: ${cause.message}`, cause);
}

function cannotRun(): Error {
  const code = failures++ % 2 === 0 ? 'command-timed-out' : 'command-not-found';
  return new MachineError(code, `${code}: made to fail`);
}

function diskFull(): Error {
  return new Error('database or disk is full');
}
