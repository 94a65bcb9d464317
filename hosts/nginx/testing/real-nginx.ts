import * as fs from 'node:fs';
import { systemCommands, systemFiles } from '@stopgap/machine';
import { isAlive } from '../../../tests/rule-hosts/is-alive.ts';
import { runningMaster, workersOf } from '../running/processes.ts';
import type { CorpusCase } from './corpus.ts';
import type { LaidOut } from './lay-out.ts';

/** Debian's nginx; what real tests run. */
export const binary = '/usr/sbin/nginx';
/** For `skipIf`: why the real tests cannot run here, or `false`. */
export const noRealNginx = !fs.existsSync(binary) || process.getuid?.() !== 0;

/** Directives outside the configuration that keep an nginx inside its folder. */
export function confined({ run }: LaidOut, modules: readonly string[] = []): string {
  const loads = modules.map((name) => ` load_module ${moduleFile(name)};`).join('');
  return `pid ${run}/nginx.pid; error_log ${run}/error.log;${loads}`;
}

/** Where Debian puts a module. */
export function moduleFile(name: string): string {
  return `/usr/lib/nginx/modules/${name}.so`;
}

/** Two sites of Debian's layout that answer 200, the first with a limit on requests that never bites. */
export function sitesOn(port: number): Pick<CorpusCase, 'files' | 'links'> {
  const site = (name: string) =>
    `server {\n\tlisten 127.0.0.1:${port};\n\tserver_name ${name};\n\tlocation / {\n\t\treturn 200 "${name}\\n";\n\t}\n}\n`;
  return {
    files: [
      ['nginx.conf', 'worker_processes 2;\nevents {}\nhttp {\n\taccess_log off;\n\tinclude sites-enabled/*;\n}\n'],
      ['sites-available/a', `limit_req_zone $binary_remote_addr zone=a:1m rate=9000r/s;\n${site('a.example')}`],
      ['sites-available/b', site('b.example')],
    ],
    links: [
      ['sites-enabled/a', '../sites-available/a'],
      ['sites-enabled/b', '../sites-available/b'],
    ],
  };
}

/** `nginx -t` on a configuration: what it says against it, or `undefined`. */
export async function complaintOf(at: LaidOut, modules: readonly string[] = []): Promise<string | undefined> {
  const args = ['-c', at.source.configFile, '-g', confined(at, modules), '-t'];
  const { code, stderr } = await systemCommands.run(binary, args);
  return code === 0 ? undefined : stderr;
}

/** The files that nginx itself reads, in its order. */
export async function filesReadByNginx(at: LaidOut, modules: readonly string[] = []): Promise<readonly string[]> {
  const args = ['-c', at.source.configFile, '-g', confined(at, modules), '-T'];
  const { stdout } = await systemCommands.run(binary, args);
  return [...stdout.matchAll(/^# configuration file (.*):$/gm)].map(([, file]) => file ?? '');
}

/** An nginx that runs on a configuration until it is stopped. */
export class RealNginx {
  readonly #at: LaidOut;

  private constructor(at: LaidOut) {
    this.#at = at;
  }

  /** Starts it, and comes back when it serves. */
  static async start(at: LaidOut): Promise<RealNginx> {
    const nginx = new RealNginx(at);
    await nginx.#run();
    while (workersOf(nginx.master, systemFiles).length === 0) await new Promise((done) => setTimeout(done, 10));
    return nginx;
  }

  get master(): number {
    return runningMaster(`${this.#at.run}/nginx.pid`, binary, systemFiles) ?? 0;
  }

  /** Ends it and all its workers. */
  async stop(): Promise<void> {
    const { master } = this;
    if (master === 0) return;
    const workers = workersOf(master, systemFiles);
    process.kill(master, 'SIGTERM');
    while ([master, ...workers.map(({ pid }) => pid)].some(isAlive)) await new Promise((done) => setTimeout(done, 10));
  }

  async #run(): Promise<void> {
    const args = ['-c', this.#at.source.configFile, '-g', confined(this.#at)];
    const { code, stderr } = await systemCommands.run(binary, args);
    if (code !== 0) throw new Error(`nginx does not start: ${stderr}`);
  }
}
