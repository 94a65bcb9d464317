import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePorts } from '../../../tests/rule-hosts/free-ports.ts';

/** Whether Debian's Apache is there. */
export const apacheInstalled = spawnSync('apache2', ['-v']).status === 0;

export interface ApacheAtWork {
  /** The port of a host, by its place. */
  port(at: number): number;
  /** What Apache wrote to its error log. */
  errors(): string;
  readonly folder: string;
  stop(): Promise<void>;
}

const modules = [
  'mpm_event',
  'authn_core',
  'authn_file',
  'authz_core',
  'authz_host',
  'authz_user',
  'auth_basic',
  'access_compat',
  'setenvif',
  'alias',
  'headers',
  'rewrite',
  'dir',
  'mime',
  'proxy',
  'proxy_http',
  'cache',
  'cache_disk',
];
const modulesFolder = '/usr/lib/apache2/modules';

/** What a host that only has to be reached answers to every request: 451, and `pass`. */
export const passing =
  'AllowEncodedSlashes On\n<Location "/">\nRequire all granted\nRedirect 451\n</Location>\nErrorDocument 451 pass\n';

/** Starts a real Apache in a folder of its own: `main` for the server's configuration, `hosts` as virtual hosts on a port each. */
export async function startApache(configuration: {
  readonly main?: (folder: string) => string;
  readonly hosts: readonly string[];
}): Promise<ApacheAtWork> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-apache-rules-'));
  fs.chmodSync(folder, 0o755);
  fs.mkdirSync(path.join(folder, 'root'));
  const ports = await freePorts(configuration.hosts.length);
  const file = path.join(folder, 'apache.conf');
  fs.writeFileSync(file, text(folder, ports, configuration.hosts, configuration.main?.(folder) ?? ''));
  const tested = spawnSync('apache2', ['-f', file, '-t'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (tested.status !== 0) throw new Error(`Apache refuses ${file}: ${tested.stderr.slice(0, 4000)}`);
  const child = spawn('apache2', ['-f', file, '-DFOREGROUND'], { stdio: 'ignore' });
  await untilOpen(ports.at(-1) ?? 0);
  return {
    port: (at) => ports[at] ?? 0,
    folder,
    errors: () => fs.readFileSync(path.join(folder, 'error.log'), 'utf8'),
    stop: () => stop(child, folder),
  };
}

function text(folder: string, ports: readonly number[], hosts: readonly string[], main: string): string {
  return [
    `ServerRoot ${folder}\nPidFile ${folder}/pid\nServerName localhost\nDefaultRuntimeDir ${folder}\n`,
    ...modules.map((name) => `LoadModule ${name}_module ${modulesFolder}/mod_${name}.so\n`),
    'User www-data\nGroup www-data\nServerLimit 1\nStartServers 1\nThreadsPerChild 32\nMaxRequestWorkers 32\n',
    `TypesConfig /dev/null\nAddType text/html .html\nErrorLog ${folder}/error.log\nDocumentRoot ${folder}/root\n`,
    'LimitRequestLine 65536\nLimitRequestFieldSize 65536\nTraceEnable on\n',
    ...ports.map((port) => `Listen 127.0.0.1:${port}\n`),
    main,
    ...hosts.map((host, at) => `<VirtualHost 127.0.0.1:${ports[at]}>\n${host}</VirtualHost>\n`),
  ].join('');
}

async function untilOpen(port: number): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const connection = net.connect(port, '127.0.0.1');
      connection.on('connect', () => resolve(true)).on('error', () => resolve(false));
      connection.on('connect', () => connection.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`Apache did not listen on ${port}`);
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
  fs.rmSync(folder, { recursive: true, force: true });
}
