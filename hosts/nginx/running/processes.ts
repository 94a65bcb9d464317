import path from 'node:path';
import type { Files } from '@stopgap/machine';
import type { ConfigTree } from '../syntax/tree.ts';
import type { Installation } from './binary.ts';
import { mainDirectives } from './main-directives.ts';

/** A worker process of one master. */
export interface Worker {
  readonly pid: number;
  /** It has been told to go: it takes no new connections. */
  readonly leaving: boolean;
}

/** Where nginx writes its master's process id, as `pid` in the configuration, in `-g`, or the build has it. */
export function pidFile(installation: Installation, tree: ConfigTree): string {
  const given = mainDirectives(installation, tree, 'pid')[0]?.[0];
  return path.resolve(installation.prefix, given ?? installation.build.options.get('pid-path') ?? 'logs/nginx.pid');
}

/** Process id of the running master (or the only process, without workers); `undefined` when nginx does not run. */
export function runningMaster(file: string, binary: string, files: Files): number | undefined {
  const text = files.read(file)?.bytes.toString('latin1').trim() ?? '';
  if (!/^[1-9]\d*$/.test(text)) return undefined;
  const pid = Number(text);
  const title = titleOf(pid, files);
  const ours =
    title.startsWith('nginx: master process') || path.basename(title.split(' ')[0] ?? '') === path.basename(binary);
  return ours ? pid : undefined;
}

/** The workers of a master, those on their way out included. Linux only, as /proc is read. */
export function workersOf(master: number, files: Files): readonly Worker[] {
  const children = attemptRead(`/proc/${master}/task/${master}/children`, files);
  return children
    .split(/\s+/)
    .filter((word) => /^\d+$/.test(word))
    .map((word) => ({ pid: Number(word), title: titleOf(Number(word), files) }))
    .filter(({ title }) => title.startsWith('nginx: worker process'))
    .map(({ pid, title }) => ({ pid, leaving: title.includes('is shutting down') }));
}

/** The command line, which nginx overwrites with what the process does; empty when there is no such process. */
function titleOf(pid: number, files: Files): string {
  return attemptRead(`/proc/${pid}/cmdline`, files).replace(/\0+/g, ' ').trim();
}

/** A process may end while it is looked at. */
function attemptRead(file: string, files: Files): string {
  try {
    return files.read(file)?.bytes.toString('latin1') ?? '';
  } catch {
    return '';
  }
}
