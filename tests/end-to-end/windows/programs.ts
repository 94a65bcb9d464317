import * as fs from 'node:fs';
import path from 'node:path';
import type { CommandResult } from '@stopgap/machine';

/** A call of a program by a process. */
export interface Call {
  readonly program: string;
  readonly args: readonly string[];
  /** The process that called. */
  readonly caller: number;
}

type Answer = (call: Call) => Promise<CommandResult>;

/**
 * Programs that others start by their paths: small scripts that pass on what they were called with and print what comes back. The
 * answers, and all that is behind them, are here, so that they outlive whoever calls.
 */
export class Programs {
  readonly folder: string;
  readonly #watcher: fs.FSWatcher;
  #work: Promise<void> = Promise.resolve();

  constructor(folder: string, names: readonly string[], answer: Answer) {
    this.folder = folder;
    fs.mkdirSync(path.join(folder, 'calls'));
    for (const name of names) this.#make(name);
    this.#watcher = fs.watch(path.join(folder, 'calls'), () => {
      this.#work = this.#work.then(() => this.#answerAll(answer));
    });
  }

  async close(): Promise<void> {
    this.#watcher.close();
    await this.#work;
  }

  #make(name: string): void {
    const file = path.join(this.folder, `${name}.exe`);
    // The call is moved into place whole; the answer comes through a pipe, with the exit code as its first line.
    const script = `#!/bin/sh
answer='${this.folder}'/answer.$$
mkfifo "$answer"
printf '%s\\0' "$PPID" ${name} "$@" > '${this.folder}'/call.$$
mv '${this.folder}'/call.$$ '${this.folder}'/calls/$$
{ read -r code; cat; } < "$answer"
rm -f "$answer"
exit "$code"
`;
    fs.writeFileSync(file, script, { mode: 0o755 });
  }

  async #answerAll(answer: Answer): Promise<void> {
    for (const name of fs.readdirSync(path.join(this.folder, 'calls'))) {
      const file = path.join(this.folder, 'calls', name);
      const [caller = '', program = '', ...args] = fs.readFileSync(file, 'utf8').split('\0').slice(0, -1);
      fs.rmSync(file);
      const { code, stdout, stderr } = await answer({ program, args, caller: Number(caller) });
      fs.writeFileSync(path.join(this.folder, `answer.${name}`), `${code & 255}\n${stdout}${stderr}`);
    }
  }
}
