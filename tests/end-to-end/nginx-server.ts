import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import path from 'node:path';
import { run, type Said } from './command-line.ts';
import { outcomeOf } from './raw-request.ts';

export const nginxBinary = '/usr/sbin/nginx';

/** A real nginx of its own, configured as Debian does: `nginx.conf` with `conf.d` and `sites-enabled`. */
export interface NginxServer {
  readonly folder: string;
  readonly port: number;
  /** The host's entry for `agent.json`. */
  readonly hostConfig: object;
  /** `nginx -t`. */
  test(): Promise<Said>;
  /** Every file of the configuration with its bytes and mode, for comparison. */
  snapshot(): ReadonlyMap<string, string>;
  outcome(target: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts it on a free loopback port. */
export async function startNginx(): Promise<NginxServer> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-nginx-'));
  const port = await freePort();
  const etc = path.join(folder, 'etc');
  writeConfiguration(folder, etc, port);
  const args = ['-p', folder, '-c', path.join(etc, 'nginx.conf'), '-e', path.join(folder, 'error.log')];
  const child = spawn(nginxBinary, args, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const server: NginxServer = {
    folder,
    port,
    hostConfig: {
      kind: 'nginx',
      binary: nginxBinary,
      configFile: path.join(etc, 'nginx.conf'),
      prefix: folder,
      folder: path.join(etc, 'stopgap'),
    },
    test: () => run(nginxBinary, [...args, '-t']),
    snapshot: () => snapshotOf(etc),
    outcome: (target) => outcomeOf(port, target),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
  await untilItAnswers(server);
  return server;
}

async function untilItAnswers(server: NginxServer): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await server.outcome('/').catch(() => '')) === '200') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nginx does not answer: ${fs.readFileSync(path.join(server.folder, 'error.log'), 'utf8')}`);
}

function writeConfiguration(folder: string, etc: string, port: number): void {
  for (const name of ['conf.d', 'sites-available', 'sites-enabled'])
    fs.mkdirSync(path.join(etc, name), { recursive: true });
  fs.writeFileSync(
    path.join(etc, 'nginx.conf'),
    `# the admin's own comment, with a brace {
worker_processes 2;
daemon off;
pid ${folder}/nginx.pid;
events { worker_connections 256; }
http {
\taccess_log off;
\tclient_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
\tuwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
\tinclude ${etc}/conf.d/*.conf;
\tinclude ${etc}/sites-enabled/*;
}
`,
  );
  fs.writeFileSync(
    path.join(etc, 'sites-available', 'site'),
    `server {\r\n    listen 127.0.0.1:${port};\r\n    server_name site.example;\r\n    location / { return 200 "hello\\n"; }\r\n}\r\n`,
  );
  fs.symlinkSync('../sites-available/site', path.join(etc, 'sites-enabled', 'site'));
  fs.writeFileSync(
    path.join(etc, 'conf.d', 'other.conf'),
    `server { listen 127.0.0.1:${port}; server_name other.example; return 200 "other"; }`,
  );
}

function snapshotOf(folder: string): ReadonlyMap<string, string> {
  const found = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory());
  return new Map(
    found
      .map((entry): [string, string] => {
        const file = path.join(entry.parentPath, entry.name);
        const state = entry.isSymbolicLink()
          ? `-> ${fs.readlinkSync(file)}`
          : `${fs.statSync(file).mode.toString(8)} ${fs.readFileSync(file, 'base64')}`;
        return [path.relative(folder, file), state];
      })
      .sort(),
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
