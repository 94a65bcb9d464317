import { spawn } from 'node:child_process';
import path from 'node:path';

export const checkout = path.join(import.meta.dirname, '..', '..');

export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `bin/stopgap` as a person would, and answers what it said. */
export function stopgap(stateFolder: string, ...args: readonly string[]): Promise<Said> {
  return run(path.join(checkout, 'bin', 'stopgap'), args, { STOPGAP_STATE_DIR: stateFolder });
}

/** Runs a program to its end. */
export function run(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}
