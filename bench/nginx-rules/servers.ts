import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { Variant } from './variants.ts';

/** A running nginx. */
export interface Running {
  readonly name: string;
  readonly port: number;
  readonly child: ChildProcess;
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

/** Starts nginx with one worker; `content` is what stands in `http`. */
export async function startNginx(
  folder: string,
  name: string,
  jit: boolean,
  port: number,
  content: string,
): Promise<Running> {
  const own = path.join(folder, `${port}`);
  fs.mkdirSync(own);
  fs.chmodSync(folder, 0o755);
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${own}/${kind};\n`,
  );
  const file = path.join(own, 'nginx.conf');
  fs.writeFileSync(
    file,
    `daemon off;\nworker_processes 1;\npcre_jit ${jit ? 'on' : 'off'};\npid ${own}/pid;\nerror_log ${own}/error.log;\n` +
      `events {\n    worker_connections 2048;\n}\nhttp {\naccess_log off;\nkeepalive_requests 1000000;\n${temp.join('')}${content}}\n`,
  );
  const child = spawn('nginx', ['-p', own, '-c', file], { stdio: 'ignore' });
  await untilOpen(port);
  return { name, port, child };
}

/** The application behind the proxies: a short page from memory. */
export function backendContent(port: number): string {
  return `server {\nlisten 127.0.0.1:${port};\nlocation / {\nreturn 200 "${'x'.repeat(512)}";\n}\n}\n`;
}

/** A proxy with the rules of a variant. */
export function proxyContent({ http, server }: Variant, port: number, backend: number): string {
  const upstream = `upstream backend {\nserver 127.0.0.1:${backend};\nkeepalive 64;\nkeepalive_requests 1000000;\n}\n`;
  const location =
    'location / {\nproxy_pass http://backend;\nproxy_http_version 1.1;\nproxy_set_header Connection "";\n}\n';
  return `${upstream}${http}server {\nlisten 127.0.0.1:${port};\n${server}${location}}\n`;
}

/** CPU time that the worker of a running nginx has used so far, in microseconds (ticks of 10 ms). */
export function workerCpu({ child }: Running): number {
  const [worker] = fs.readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ');
  const fields = fs.readFileSync(`/proc/${worker}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

async function untilOpen(port: number): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const connection = net.connect(port, '127.0.0.1', () => resolve(true));
      connection.on('error', () => resolve(false));
      connection.on('connect', () => connection.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`nginx does not answer on port ${port}`);
}
