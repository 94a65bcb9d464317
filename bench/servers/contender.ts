import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { availableParallelism } from 'node:os';

/** A proxy under load, on a port of its own. */
export interface Contender {
  readonly name: string;
  readonly port: number;
  readonly child: ChildProcess;
}

/** Contenders of one kind; the first has no rules and is the yardstick of the others. */
export interface Family {
  readonly title: string;
  readonly contenders: readonly Contender[];
  /** Turns that each has before anything is measured: programs that are compiled while they run need several. */
  readonly warmUps: number;
  /** Each has one turn a round, the bare one too; else the bare one has one beside each other's. */
  readonly equalTurns: boolean;
}

/** The core that what is measured runs on, and the one for the load and the server behind: they do not share one. */
export const measuredCore = availableParallelism() - 1;
export const loadCore = 0;

const started: ChildProcess[] = [];
process.once('exit', () => {
  for (const child of started) child.kill('SIGTERM');
});

/** Runs a server on a core until it is killed; resolves when it takes connections. Throws when it ends before. */
export async function startServer(
  name: string,
  core: number,
  port: number,
  command: readonly string[],
): Promise<Contender> {
  const pinned = availableParallelism() > 1 ? ['taskset', '-c', String(core), ...command] : command;
  const [program = '', ...args] = pinned;
  const child = spawn(program, args, { stdio: 'ignore' });
  started.push(child);
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}: ${command.join(' ')}`);
    if (await answers(port)) return { name, port, child };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${name} does not answer on port ${port}`);
}

/** Keeps this process on the core of the load, with what it spawns. */
export function pinSelf(): void {
  if (availableParallelism() > 1) spawnSync('taskset', ['-a', '-p', '-c', String(loadCore), String(process.pid)]);
}

/** A port of the loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** CPU time that a server and its children have used so far, in microseconds: by the scheduler's own count, to the nanosecond. */
export function cpuOf({ child }: Contender): number {
  return family(child.pid ?? 0)
    .flatMap((pid) =>
      fs.readdirSync(`/proc/${pid}/task`).map((thread) => read(`/proc/${pid}/task/${thread}/schedstat`)),
    )
    .reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1_000, 0);
}

function family(pid: number): readonly number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(family)];
}

function read(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}

async function answers(port: number): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    const connection = net.connect(port, '127.0.0.1', () => resolve(true));
    connection.on('error', () => resolve(false));
    connection.on('connect', () => connection.destroy());
  });
}
