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

/**
 * Those of the children that take connections: they hold one of the parent's `listening` sockets, which a child that has been
 * told to go closes at once, though it may finish requests for hours. `undefined`: open files of other users' processes
 * cannot be seen here.
 */
export async function acceptingChildren(
  parent: number,
  listening: ReadonlySet<string>,
  { files, commands }: ProcessWorld,
): Promise<ReadonlySet<ProcessIdentity> | undefined> {
  const children = childrenOf(parent, files);
  if (children.size === 0) return new Set();
  const sockets = await socketsOf([...children.keys()], commands);
  if (sockets.length === 0) return undefined;
  const accepting = sockets.filter(({ socket }) => listening.has(socket)).flatMap(({ pid }) => children.get(pid) ?? []);
  return new Set(accepting);
}

/** The sockets that processes hold; empty where open files of other users' processes cannot be seen. */
export async function socketsOf(
  pids: readonly number[],
  commands: Commands,
): Promise<readonly { readonly pid: number; readonly socket: string }[]> {
  const folders = pids.map((pid) => `/proc/${pid}/fd`);
  const args = [...folders, '-maxdepth', '1', '-lname', 'socket:*', '-printf', '%h %l\\n'];
  try {
    const { stdout } = await commands.run('find', args, {
      timeoutMs: limits.lookMs,
      maxOutputBytes: limits.dumpBytes,
    });
    const lines = stdout.matchAll(/^\/proc\/(\d+)\/fd socket:\[(\d+)\]$/gm);
    return [...lines].map(([, pid, socket = '']) => ({ pid: Number(pid), socket }));
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
