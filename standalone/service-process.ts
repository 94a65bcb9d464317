import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import path from 'node:path';

/** One of our services in a process of its own, as it would run on a server. */
export interface ServiceProcess {
  readonly name: string;
  /** Where it listens, or its state folder; resolves once it is ready, rejects when it ends before that. */
  readonly ready: Promise<string>;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** How long a service may take to end by itself, ms. */
const patienceMs = 5000;

/**
 * Starts `stopgap ARGS…` with its log in `logFile`. The child ends when this process does, however that ends: it watches the
 * channel between them.
 */
export function startService(name: string, checkout: string, args: readonly string[], logFile: string): ServiceProcess {
  fs.mkdirSync(path.dirname(logFile), { recursive: true, mode: 0o700 });
  const log = fs.openSync(logFile, 'a', 0o600);
  const child = spawn(path.join(checkout, 'bin', 'stopgap'), args, { stdio: ['ignore', log, log, 'ipc'] });
  fs.closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return { name, ready: untilReady(name, child, logFile), ended, stop: () => stop(child, ended) };
}

function untilReady(name: string, child: ChildProcess, logFile: string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      if (typeof message === 'object' && message !== null && 'ready' in message) resolve(String(message.ready));
    });
    child.once('error', reject);
    child.once('close', (code) =>
      reject(new Error(`the ${name} ended with code ${code}; the end of ${logFile}:\n${tail(logFile)}`)),
    );
  });
}

function stop(child: ChildProcess, ended: Promise<void>): void {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  ended.then(() => clearTimeout(timer));
}

function tail(file: string): string {
  return fs.readFileSync(file, 'utf8').split('\n').slice(-6).join('\n');
}
