import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import path from 'node:path';
import { bootTestHost, type TestHost } from '../host-machine/index.ts';
import { checkout } from './command-line.ts';

export const nginxPort = 8081;
export const apachePort = 8082;
const feedPort = 8030;
const feedFolder = '/var/feed';
const passphraseFile = '/var/feed-passphrase';

/** A server with a real systemd, nginx, Apache and PHP-FPM, a service to stop and a pool to take out, and a feed beside it. */
export interface InstalledServer {
  readonly host: TestHost;
  /** Runs `stopgap`, from the checkout; rejects with what it said when its exit code is not `expected`. */
  stopgap(args: readonly string[], expected?: number): Promise<string>;
  /** Writes documents, stages them and lets them out. */
  publish(documents: ReadonlyMap<string, string>): Promise<void>;
  /** State and reason of each mitigation, as `status --json` has them. */
  states(): Promise<ReadonlyMap<string, { readonly state: string; readonly reason: string }>>;
  /** What a request to a port gets: a status, or `refused` for a connection that is closed without a byte. */
  outcome(port: number, target: string): Promise<string>;
  /** Every file that an installation could touch, with kind, mode and contents. */
  snapshot(): ReadonlyMap<string, string>;
}

/** Boots it. The caller stops `host`. */
export async function startInstalledServer(): Promise<InstalledServer> {
  const host = await bootTestHost({ ownFolders: ['/usr/local', '/opt'] });
  const run = async (file: string, args: readonly string[], expected = 0) => {
    const { code, stdout, stderr } = await host.run(file, args, { timeoutMs: 180_000 });
    if (code !== expected) throw new Error(`${file} ${args.join(' ')} exited with ${code}: ${stdout}${stderr}`);
    return stdout;
  };
  const stopgap = (args: readonly string[], expected = 0) => run(path.join(checkout, 'bin', 'stopgap'), args, expected);
  configure(host);
  await run('systemctl', ['daemon-reload']);
  await run('systemctl', ['start', 'nginx', 'apache2', 'php8.2-fpm', 'legacy.service', 'legacy.timer']);
  await startFeed(host, run, stopgap);
  return {
    host,
    stopgap,
    publish: async (documents) => {
      for (const [name, text] of documents) write(host, `/var/documents/${name}.xml`, text);
      await stopgap(['feed', 'add', feedFolder, ...[...documents.keys()].map((name) => `/var/documents/${name}.xml`)]);
      await stopgap(['feed', 'publish', feedFolder, '--passphrase-file', passphraseFile]);
    },
    states: async () => {
      const { stdout } = await host.run(path.join(checkout, 'bin', 'stopgap'), ['status', '--json']);
      const { mitigations } = JSON.parse(stdout) as { mitigations: { id: string; state: string; reason: string }[] };
      return new Map(mitigations.map((one) => [one.id, one]));
    },
    outcome: (port, target) => outcome(host, port, target),
    snapshot: () => snapshotOf(host),
  };
}

/** Options of `agent install` that enrol with the feed. */
export const enrolment = [
  '--feed',
  `http://127.0.0.1:${feedPort}/`,
  '--root-file',
  '/var/root.json',
  '--feed-name',
  'own',
];

function write(host: TestHost, file: string, text: string, mode = 0o644): void {
  fs.mkdirSync(path.dirname(host.path(file)), { recursive: true });
  fs.writeFileSync(host.path(file), text, { mode });
}

function configure(host: TestHost): void {
  fs.rmSync(host.path('/etc/nginx/sites-enabled/default'), { force: true });
  const shop =
    'fastcgi_pass unix:/run/php/shop.sock; include fastcgi_params; fastcgi_param SCRIPT_FILENAME /opt/shop.php;';
  write(
    host,
    '/etc/nginx/conf.d/site.conf',
    `# the admin's own\nserver {\n\tlisten 127.0.0.1:${nginxPort};\r\n  location / { return 200 "hello"; }\n  location /shop { ${shop} }\n}\n`,
  );
  const pool = [
    'user = www-data',
    'listen = /run/php/shop.sock',
    'listen.owner = www-data',
    'pm = ondemand',
    'pm.max_children = 2',
  ];
  write(host, '/etc/php/8.2/fpm/pool.d/shop.conf', `; the admin's own\n[shop]\n${pool.join('\n')}\n`);
  const site = `<VirtualHost 127.0.0.1:${apachePort}>\n  DocumentRoot /var/www/html\n</VirtualHost>\n`;
  write(host, '/etc/apache2/ports.conf', `Listen 127.0.0.1:${apachePort}\n`);
  write(host, '/etc/apache2/sites-available/000-default.conf', site);
  write(host, '/var/www/html/index.html', 'hello');
  write(host, '/opt/shop.php', '<?php echo "shop";');
  fs.chmodSync(host.path('/opt'), 0o755);
  write(host, '/etc/systemd/system/legacy.service', '[Service]\nExecStart=/bin/sleep infinity\n');
  write(host, '/etc/systemd/system/legacy.timer', '[Timer]\nOnActiveSec=1h\n');
}

type Run = (file: string, args: readonly string[]) => Promise<string>;

async function startFeed(
  host: TestHost,
  run: Run,
  stopgap: (args: readonly string[]) => Promise<string>,
): Promise<void> {
  write(host, passphraseFile, 'a passphrase for the feed of the tests\n', 0o600);
  await stopgap(['feed', 'init', feedFolder, '--name', 'own', '--passphrase-file', passphraseFile]);
  await stopgap(['feed', 'root', feedFolder, '--out', '/var/root.json']);
  const serve = [path.join(checkout, 'bin', 'stopgap'), 'feed', 'serve', feedFolder, '--port', String(feedPort)];
  await run('systemd-run', ['--quiet', '--unit=feed', '--collect', ...serve]);
}

async function outcome(host: TestHost, port: number, target: string): Promise<string> {
  const args = ['--silent', '--max-time', '10', '--output', '/dev/null', '--write-out', '%{http_code}', '--path-as-is'];
  const { code, stdout } = await host.run('curl', [...args, `http://127.0.0.1:${port}${target}`]);
  // 52: the server sent nothing; 56: it reset the connection.
  return code === 52 || code === 56 ? 'refused' : code === 0 ? stdout : `curl ended with ${code}`;
}

const watched = ['/etc', '/usr/local/bin', '/usr/local/sbin', '/var/lib', '/var/cache'];
/** Where files are edited and given back: their bytes are compared. Elsewhere size and time tell of any change. */
const edited = /^\/etc\/(?:nginx|apache2|php|systemd)\//;
/** What systemd and the servers themselves write, and what is large and has nothing to do with us. */
const theirs =
  /^\/var\/lib\/(?:systemd|nginx|php|apache2|dpkg|apt|postgresql)$|^\/var\/cache\/(?:apt|man|debconf)$|^\/etc\/(?:ssl|alternatives)$/;

function snapshotOf(host: TestHost): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const open = [...watched];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const entry of fs.readdirSync(host.path(folder), { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      if (theirs.test(file)) continue;
      found.set(file, stateOf(file, host.path(file), entry));
      if (entry.isDirectory()) open.push(file);
    }
  }
  return found;
}

function stateOf(file: string, seen: string, entry: fs.Dirent): string {
  const { mode, uid, gid, size, mtimeMs } = fs.lstatSync(seen);
  const about = `${mode.toString(8)} ${uid}:${gid}`;
  if (entry.isSymbolicLink()) return `${about} -> ${fs.readlinkSync(seen)}`;
  if (!entry.isFile()) return about;
  if (!edited.test(file)) return `${about} ${size} ${mtimeMs}`;
  return `${about} ${createHash('sha256').update(fs.readFileSync(seen)).digest('hex')}`;
}
