import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkout } from '../../tests/end-to-end/command-line.ts';

/** `stopgap feed serve` as an operator starts it. */
export interface ServeProcess {
  readonly url: string;
  readonly port: number;
  /** Resident memory, bytes. */
  memory(): number;
  /** Processor time used so far, ms: unlike seconds on the wall it says the same on a busy machine. */
  cpu(): number;
  stop(): Promise<void>;
}

/** Starts it on a free port. Rejects with what it said when it ends before it is ready. */
export function startServe(folder: string): Promise<ServeProcess> {
  const child = spawn(path.join(checkout, 'bin/stopgap'), ['feed', 'serve', folder, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let said = '';
    child.once('exit', (code) => reject(new Error(`stopgap feed serve ended with ${code}: ${said}`)));
    const hear = (chunk: Buffer) => {
      said += chunk;
      const [, url, port] = /(http:\/\/127\.0\.0\.1:(\d+)\/)/.exec(said) ?? [];
      if (url === undefined) return;
      resolve({
        url,
        port: Number(port),
        memory: () => residentBytes(child.pid ?? 0),
        cpu: () => processorMs(child.pid ?? 0),
        stop: () => stop(child),
      });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve();
    child.removeAllListeners('exit').once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

/** What the kernel says a process holds in memory, bytes. */
function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

/** Ticks of a hundredth of a second, user and system, are the 14th and 15th field (proc(5)). */
function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
