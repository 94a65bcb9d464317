import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import path from 'node:path';
import { checkout } from './command-line.ts';

/** `npm start` in a folder of its own. */
export interface Trial {
  readonly stateFolder: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** Everything it printed until it was ready. */
  readonly welcome: string;
  /** Ends it as Ctrl-C does and answers its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the whole service as `npm start` does, on ports of its own. Rejects with what it said when it does not get ready. */
export function startTrial(stateFolder: string, env: Readonly<Record<string, string>> = {}): Promise<Trial> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', path.join(checkout, 'standalone', 'main.ts')],
    {
      env: { ...process.env, STOPGAP_STATE_DIR: stateFolder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return new Promise((resolve, reject) => {
    let said = '';
    let complained = '';
    child.stderr.on('data', (chunk) => {
      complained += chunk;
    });
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (!/^ready$/m.test(said)) return;
      const port = Number(/gateway\s+http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
      const stop = () => {
        child.kill('SIGINT');
        return ended;
      };
      resolve({ stateFolder, port, process: child, welcome: said, stop });
    });
    child.once('close', (code) => reject(new Error(`ended with ${code}: ${said}${complained}`)));
  });
}

export function temporaryFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-trial-'));
}
