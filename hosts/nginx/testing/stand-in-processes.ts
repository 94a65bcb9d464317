import type { FileState, Files } from '@stopgap/machine';
import { systemFiles } from '@stopgap/machine';

/** Stands in for /proc: a master with workers; all other files are the machine's. */
export class StandInProcesses {
  readonly master = 4_000_001;
  /** By process id. */
  readonly titles = new Map<number, string>([[this.master, 'nginx: master process nginx']]);
  #next = this.master;

  /** Starts workers, and answers their process ids. */
  start(count: number, title = 'nginx: worker process'): readonly number[] {
    return Array.from({ length: count }, () => {
      this.#next++;
      this.titles.set(this.#next, title);
      return this.#next;
    });
  }

  /** All workers are told to go, as after a reload. */
  tellToGo(pids: readonly number[]): void {
    for (const pid of pids) this.titles.set(pid, 'nginx: worker process is shutting down');
  }

  readonly files: Files = {
    ...systemFiles,
    read: (file, maxBytes) => (file.startsWith('/proc/') ? this.#read(file) : systemFiles.read(file, maxBytes)),
  };

  #read(file: string): FileState | undefined {
    const [, pid, what] = /^\/proc\/(\d+)\/(.*)$/.exec(file) ?? [];
    const title = this.titles.get(Number(pid));
    if (title === undefined) return undefined;
    const children = [...this.titles.keys()].filter((one) => one !== this.master).join(' ');
    const text = what === 'cmdline' ? `${title}\0\0` : children;
    return { bytes: Buffer.from(text), mode: 0o444, uid: 0, gid: 0 };
  }
}
