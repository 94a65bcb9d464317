import path from 'node:path';
import { type Commands, type Files, MachineError } from '@stopgap/machine';
import { limits } from '../limits.ts';

/** What the processes are seen through. Linux only, as /proc is read. */
export interface ProcessWorld {
  readonly files: Files;
  readonly commands: Commands;
}

/** Process id of the running parent; `undefined` when Apache does not run. */
export function runningParent(pidFile: string, command: string, files: Files): number | undefined {
  const text = pidFile === '' ? '' : readText(pidFile, files).trim();
  if (!/^[1-9]\d*$/.test(text)) return undefined;
  const [program = ''] = readText(`/proc/${text}/cmdline`, files).split('\0');
  const name = path.basename(program);
  return /^(?:apache2?|httpd)(?:[.-]|$)/.test(name) || name === path.basename(command) ? Number(text) : undefined;
}

/** A process, told from a later one with the same number. */
export type ProcessIdentity = string;

/** The children of a parent, whatever they do: workers, loggers, daemons of modules. */
export function childrenOf(parent: number, files: Files): ReadonlyMap<number, ProcessIdentity> {
  const children = readText(`/proc/${parent}/task/${parent}/children`, files).split(/\s+/);
  const found = new Map<number, ProcessIdentity>();
  for (const pid of children.filter((word) => /^\d+$/.test(word)).map(Number)) {
    // The 22nd field is the start time; the second, a name in brackets, may hold blanks.
    const started = readText(`/proc/${pid}/stat`, files).replace(/^.*\)/s, '').split(' ')[20];
    if (started !== undefined) found.set(pid, `${pid} ${started}`);
  }
  return found;
}

/** A child that takes connections: it holds a listening socket, which one that was told to go closes at once, though it may finish requests for hours. */
export interface AcceptingChild {
  readonly process: ProcessIdentity;
  /** Inode numbers of the pipes it holds. */
  readonly pipes: ReadonlySet<string>;
}

/** The parent and its accepting children at one time. */
export interface Serving {
  /**
   * Inode numbers of the pipes that the parent holds. Every MPM tells its children through one that they are to go, and the
   * parent opens another with each configuration it reads: children that hold that one were born with it.
   */
  readonly pipes: ReadonlySet<string>;
  readonly accepting: readonly AcceptingChild[];
}

/** Who holds the `listening` sockets. `undefined`: open files of the parent, which is another user's process, cannot be seen here. */
export async function servingNow(
  parent: number,
  listening: ReadonlySet<string>,
  { files, commands }: ProcessWorld,
): Promise<Serving | undefined> {
  const children = childrenOf(parent, files);
  const open = await openBy([parent, ...children.keys()], commands);
  const pipesOf = (pid: number) =>
    new Set(open.filter((one) => one.pid === pid && one.kind === 'pipe').map(({ inode }) => inode));
  const accepting = [...children]
    .filter(([pid]) => open.some((one) => one.pid === pid && one.kind === 'socket' && listening.has(one.inode)))
    .map(([pid, process]) => ({ process, pipes: pipesOf(pid) }));
  const pipes = pipesOf(parent);
  return pipes.size === 0 ? undefined : { pipes, accepting };
}

/** An open file of a process that is no file. */
export interface OpenByProcess {
  readonly pid: number;
  readonly kind: 'socket' | 'pipe';
  readonly inode: string;
}

/** The sockets and pipes that processes hold; empty where open files of other users' processes cannot be seen. */
export async function openBy(pids: readonly number[], commands: Commands): Promise<readonly OpenByProcess[]> {
  const folders = pids.map((pid) => `/proc/${pid}/fd`);
  const wanted = ['(', '-lname', 'socket:*', '-o', '-lname', 'pipe:*', ')'];
  try {
    const { stdout } = await commands.run('find', [...folders, '-maxdepth', '1', ...wanted, '-printf', '%h %l\\n'], {
      timeoutMs: limits.lookMs,
      maxOutputBytes: limits.dumpBytes,
    });
    const lines = stdout.matchAll(/^\/proc\/(\d+)\/fd (socket|pipe):\[(\d+)\]$/gm);
    return [...lines].map(([, pid, kind, inode = '']) => ({
      pid: Number(pid),
      kind: kind === 'pipe' ? 'pipe' : 'socket',
      inode,
    }));
  } catch (error) {
    if (error instanceof MachineError) return [];
    throw error;
  }
}

/** A process may end while it is looked at. */
function readText(file: string, files: Files): string {
  try {
    return files.read(file)?.bytes.toString('latin1') ?? '';
  } catch {
    return '';
  }
}
