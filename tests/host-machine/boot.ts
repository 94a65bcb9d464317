import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CommandOptions, type CommandResult, systemCommands } from '@stopgap/machine';
import { type HostCgroup, makeCgroup } from './cgroup.ts';

export interface TestHostOptions {
  /** Folders of which the host gets its own (an overlay), besides `/etc` and `/var`; e.g. `/usr`, `/opt`. */
  readonly ownFolders?: readonly string[];
  /**
   * `own` (default): a network of its own with nothing but a loopback, which systemd brings up; all ports are free in it,
   * and it reaches nothing. `shared`: the machine's, ports and all.
   */
  readonly network?: 'own' | 'shared';
  /** Default `testhost`. */
  readonly hostname?: string;
}

/** A machine booted by a real systemd, in namespaces of its own. */
export interface TestHost {
  /** Process id of its systemd as this machine sees it. */
  readonly pid: number;
  /** What systemd said once it was up: `degraded` where a unit failed. */
  readonly state: 'running' | 'degraded';
  /** Where this machine sees a file of the host: `path('/etc/hosts')`. Good until `stop`. */
  path(inside: string): string;
  /** Runs a command in the host, as root; resolves whatever its exit code is. See `Commands.run`. */
  run(file: string, args?: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** Ends everything in it at once, as a power cut does, and leaves nothing behind. Doing it twice does no harm. */
  stop(): Promise<void>;
}

const systemd = '/lib/systemd/systemd';
const alwaysOwn = ['/etc', '/var'];
const bootTimeoutMs = 60_000;
const namespaces = ['--fork', '--kill-child', '--pid', '--mount', '--mount-proc', '--uts', '--cgroup', '--ipc'];

/**
 * Boots a host and waits until systemd is up. Needs root. The host sees this machine's file system, with `/etc`, `/var`
 * and `ownFolders` as overlays and `/run`, `/tmp` and `/dev` new; what it writes there is gone when it stops, or when
 * the process that booted it ends. Nothing that this machine has enabled is started in it.
 */
export async function bootTestHost(options: TestHostOptions = {}): Promise<TestHost> {
  installSystemd();
  const cgroup = makeCgroup();
  const outer = startInNamespaces(cgroup, options);
  let pid: number | undefined;
  const stop = stopOnce(outer.process, cgroup, () => pid);
  try {
    pid = await firstProcessOf(outer);
    const run = runIn(pid, options.network !== 'shared');
    const state = await untilUp(outer, run);
    return { pid, state, path: inside(pid), run, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function inside(pid: number): TestHost['path'] {
  return (file) => path.posix.join(`/proc/${pid}/root`, file);
}

function installSystemd(): void {
  if (process.getuid?.() !== 0) throw new Error('test host: namespaces and mounts need root; run the tests as root');
  if (existsSync(systemd)) return;
  const script = path.join(import.meta.dirname, '../../scripts/debian-packages.ts');
  const { status } = spawnSync(process.execPath, [script], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`test host: ${systemd} is not there; what to run is printed above`);
}

/** The process that holds the namespaces; when it ends, all in them is killed. */
interface Outer {
  readonly process: ChildProcess;
  /** What it said before systemd took over. */
  readonly said: () => string;
}

function startInNamespaces(cgroup: HostCgroup, options: TestHostOptions): Outer {
  const { ownFolders = [], network = 'own', hostname = 'testhost' } = options;
  const init = path.join(import.meta.dirname, 'init.sh');
  const checkout = path.join(import.meta.dirname, '..', '..');
  const unshare = [...namespaces, ...(network === 'shared' ? [] : ['--net']), 'sh', init, ...alwaysOwn, ...ownFolders];
  // Joins the cgroup first, so that the new namespace has its root there; dies with the test runner, however that dies.
  const join = 'echo $$ > "$0/cgroup.procs" && exec setpriv --pdeathsig KILL unshare "$@"';
  const child = spawn('sh', ['-c', join, cgroup.folder, ...unshare], {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOSTNAME: hostname, CHECKOUT: checkout },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const keep = (chunk: Buffer) => {
    text = `${text}${chunk}`.slice(-10_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', (error) => keep(Buffer.from(error.message)));
  return { process: child, said: () => text.trim() };
}

/** Kills the first process, with which the kernel kills all others; `unshare` then reaps it and ends. */
function stopOnce(outer: ChildProcess, cgroup: HostCgroup, first: () => number | undefined): () => Promise<void> {
  const ended = new Promise<void>((resolve) => {
    outer.once('close', () => resolve());
    outer.once('error', () => resolve());
  });
  let stopping: Promise<void> | undefined;
  return () => {
    stopping ??= (async () => {
      const pid = first();
      if (pid === undefined) outer.kill('SIGKILL');
      else if (outer.exitCode === null && outer.signalCode === null) process.kill(pid, 'SIGKILL');
      await ended;
      await cgroup.remove();
    })();
    return stopping;
  };
}

/** The first process inside, by the number that it has outside: the only child of `unshare`. */
async function firstProcessOf(outer: Outer): Promise<number> {
  const parent = outer.process.pid;
  const deadline = performance.now() + bootTimeoutMs;
  while (parent !== undefined && outer.process.exitCode === null && performance.now() < deadline) {
    const child = Number.parseInt(childrenOf(parent), 10);
    if (Number.isInteger(child)) return child;
    await delay(5);
  }
  throw new Error(`test host: the namespaces could not be made: ${outer.said()}`);
}

function childrenOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  } catch {
    return '';
  }
}

function runIn(pid: number, ownNetwork: boolean): TestHost['run'] {
  const enter = ['-t', String(pid), '-p', '-m', '-u', '-i', '-C', ...(ownNetwork ? ['-n'] : []), '--'];
  return (file, args = [], options = {}) => systemCommands.run('nsenter', [...enter, file, ...args], options);
}

async function untilUp(outer: Outer, run: TestHost['run']): Promise<TestHost['state']> {
  const deadline = performance.now() + bootTimeoutMs;
  let said = '';
  while (outer.process.exitCode === null && performance.now() < deadline) {
    const { stdout, stderr } = await run('systemctl', ['is-system-running']);
    said = stdout.trim();
    if (said === 'running' || said === 'degraded') return said;
    said ||= stderr.trim();
    await delay(50);
  }
  throw new Error(`test host: systemd did not come up: ${said}; ${outer.said()}`);
}
