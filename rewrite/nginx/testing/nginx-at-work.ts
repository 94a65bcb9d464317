import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A server block to be tried: it listens on a socket of its own. */
export interface TriedServer {
  readonly http: string;
  readonly server: string;
  /** Locations and the like behind the rules; default: `location /` that answers 299 with `$request_uri`. */
  readonly rest?: string;
}

export interface NginxAtWork {
  /** Path of the socket of a server, by its place. */
  socket(at: number): string;
  /** What nginx wrote to its error log. */
  errors(): string;
  readonly folder: string;
  stop(): Promise<void>;
}

const passing = 'location / {\n    return 299 "$request_uri";\n}\n';

/** Whether Debian's nginx is there. */
export const nginxInstalled = spawnSync('nginx', ['-v']).status === 0;

/** Starts a real nginx in a folder of its own with the servers given; `main` and `http` are further lines of those contexts. */
export async function startNginx(
  servers: readonly TriedServer[],
  more: { readonly main?: string; readonly http?: string; readonly headerBuffers?: string } = {},
): Promise<NginxAtWork> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-nginx-rules-'));
  fs.chmodSync(folder, 0o755);
  const socket = (at: number) => path.join(folder, `${at}.sock`);
  fs.writeFileSync(path.join(folder, 'nginx.conf'), configuration(folder, servers, socket, more));
  const args = ['-p', folder, '-c', path.join(folder, 'nginx.conf')];
  const tested = spawnSync('nginx', [...args, '-t'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (tested.status !== 0) throw new Error(`nginx refuses the configuration in ${folder}: ${tested.stderr}`);
  const child = spawn('nginx', args, { stdio: 'ignore' });
  await untilThere(socket(servers.length - 1));
  return {
    socket,
    folder,
    errors: () => fs.readFileSync(path.join(folder, 'error.log'), 'latin1'),
    stop: () => stop(child, folder),
  };
}

function configuration(
  folder: string,
  servers: readonly TriedServer[],
  socket: (at: number) => string,
  more: { readonly main?: string; readonly http?: string; readonly headerBuffers?: string },
): string {
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return [
    `daemon off;\nworker_processes 1;\npid ${folder}/pid;\nerror_log ${folder}/error.log;\n${more.main ?? ''}`,
    'events {\n    worker_connections 4096;\n}\nhttp {\nmap_hash_max_size 8192;\n',
    `access_log ${folder}/access.log;\nvariables_hash_max_size 16384;\nlarge_client_header_buffers ${more.headerBuffers ?? '4 8k'};\n`,
    ...temp.map((name) => `${name}_temp_path ${folder}/${name};\n`),
    more.http ?? '',
    ...servers.map(({ http, server, rest }, at) =>
      [http, `server {\nserver_name s${at};\nlisten unix:${socket(at)};\n`, server, rest ?? passing, '}\n'].join(''),
    ),
    '}\n',
  ].join('');
}

async function untilThere(file: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (fs.existsSync(file)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`nginx did not open ${file}`);
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
  fs.rmSync(folder, { recursive: true, force: true });
}
