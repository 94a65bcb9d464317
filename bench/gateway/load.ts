import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';

/** A server under load. */
export interface Served {
  readonly name: string;
  readonly port: number;
  readonly child: ChildProcess;
}

/** Starts one of the scripts beside this file on the last core, so that load and server do not share one. */
export async function start(name: string, script: string, args: readonly string[]): Promise<Served> {
  const child = fork(path.join(import.meta.dirname, script), [...args], { stdio: 'inherit' });
  const { port } = await told<{ port: number }>(child);
  pin(child.pid ?? 0, availableParallelism() - 1);
  return { name, port, child };
}

/** Keeps a process on one core; where `taskset` is missing it stays where the system puts it. */
export function pin(pid: number, core: number): void {
  if (availableParallelism() > 1) spawnSync('taskset', ['-a', '-p', '-c', String(core), String(pid)]);
}

/** CPU time a server has used so far, microseconds. */
export async function cpuOf(served: Served): Promise<number> {
  const answer = told<NodeJS.CpuUsage>(served.child);
  served.child.send('usage');
  const { user, system } = await answer;
  return user + system;
}

function told<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null) => reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}`));
    child.once('exit', failed);
    child.once('message', (message) => {
      child.off('exit', failed);
      resolve(message as T);
    });
  });
}

/** One run of `wrk`. */
export interface Run {
  readonly perSecond: number;
  readonly cpuPerRequest: number;
}

const browser = [
  'User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language: en-US,en;q=0.5',
  'Accept-Encoding: gzip, deflate, br',
  'Cookie: ClientId=0123456789ABCDEF0123456789ABCDEF; UC=00112233445566778899aabbccddeeff; X-OWA-CANARY=abcdefgh',
  'Referer: https://mail.example.org/owa/',
];

/** The 90-byte URL of an ordinary OWA request. */
const url = '/owa/service.svc?action=GetConversationItems&EP=1&UA=0&ID=-312&AC=1&layout=mouse&wa=1&v=15';

/** Loads a server for `seconds` over 64 connections. */
export async function load(served: Served, seconds: number): Promise<Run> {
  const before = await cpuOf(served);
  const headers = browser.flatMap((header) => ['-H', header]);
  const target = `http://127.0.0.1:${served.port}${url}`;
  const result = spawnSync('wrk', ['-t1', '-c64', `-d${seconds}s`, ...headers, target], { encoding: 'utf8' });
  if (result.error) throw new Error('wrk is missing; `apt-get install wrk` brings it');
  const count = Number(/(\d+) requests in/.exec(result.stdout)?.[1]);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(result.stdout)?.[1]);
  if (/Non-2xx|Socket errors/.test(result.stdout)) throw new Error(`${served.name}: ${result.stdout}`);
  return { perSecond, cpuPerRequest: ((await cpuOf(served)) - before) / count };
}
