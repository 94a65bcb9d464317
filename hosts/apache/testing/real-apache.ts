import * as fs from 'node:fs';
import path from 'node:path';
import { systemCommands, systemFiles } from '@stopgap/machine';
import { isAlive } from '../../../tests/rule-hosts/is-alive.ts';
import type { ApacheHostConfig } from '../config.ts';
import { listeningSockets } from '../httpd/listening.ts';
import { runningParent, servingNow } from '../httpd/processes.ts';
import type { LaidOut, Layout } from './lay-out.ts';

/** Debian's httpd; what real tests run. */
export const command = '/usr/sbin/apache2';
/** For `skipIf`: whether the real tests cannot run here. */
export const noRealApache = !fs.existsSync(command) || process.getuid?.() !== 0;

const loaded =
  'mpm_event authn_core authn_file authz_core authz_host authz_user auth_basic access_compat setenvif alias dir mime';
const modulesFolder = '/usr/lib/apache2/modules';

/** Debian's layout with the given sites: `sites-enabled` links, `conf-enabled`, `mods-enabled`, all inside the folder. */
export function debianLayout(
  ports: readonly number[],
  sites: readonly (readonly [string, string])[],
  more: { readonly modules?: string; readonly files?: Layout['files'] } = {},
): Layout {
  const names = `${loaded} ${more.modules ?? 'headers rewrite'}`.split(' ');
  return {
    files: [
      [
        'apache2.conf',
        `# the admin's own comment, with a bracket <\nDefaultRuntimeDir @RUN@\nPidFile @RUN@/apache2.pid\nTimeout 300\nServerName localhost
User www-data\nGroup www-data\nErrorLog \${RUN}/error.log\nServerLimit 16\nStartServers 2\nThreadsPerChild 25\nMinSpareThreads 1\nMaxSpareThreads 400\nMaxRequestWorkers 400
TypesConfig /dev/null\nAddType text/html .html\nDocumentRoot @RUN@/www\n<Directory />\n\tAllowOverride None\n\tRequire all denied\n</Directory>
<Directory @RUN@/www>\n\tAllowOverride All\n\tRequire all granted\n\tFallbackResource /index.html\n</Directory>\n
IncludeOptional mods-enabled/*.load\nIncludeOptional mods-enabled/*.conf\nInclude ports.conf\nIncludeOptional conf-enabled/*.conf\nIncludeOptional sites-enabled/*.conf\n`,
      ],
      ...names.map(
        (name) => [`mods-enabled/${name}.load`, `LoadModule ${name}_module ${modulesFolder}/mod_${name}.so\n`] as const,
      ),
      ['ports.conf', ports.map((port) => `Listen 127.0.0.1:${port}\n`).join('')],
      ['conf-enabled/charset.conf', '#AddDefaultCharset UTF-8\n'],
      ...sites.map(([name, text]) => [`sites-available/${name}.conf`, text] as const),
      ...(more.files ?? []),
    ],
    links: sites.map(([name]) => [`sites-enabled/${name}.conf`, `../sites-available/${name}.conf`] as const),
  };
}

/** Two named sites on one port that answer 200 to everything. */
export function twoSites(port: number): Layout {
  const site = (name: string) =>
    `<VirtualHost *:${port}>\n\tServerName ${name}\n\tServerAlias www.${name}\n\tDocumentRoot @RUN@/www\n</VirtualHost>\n`;
  return debianLayout(
    [port],
    [
      ['a', site('a.example').replaceAll('\n', '\r\n')],
      ['b', site('b.example')],
    ],
  );
}

/** The host's configuration for a laid out Apache. */
export function configFor({ root, run }: LaidOut): ApacheHostConfig {
  return configIn(root, run);
}

/** The same, by the folders. */
export function configIn(root: string, run: string): ApacheHostConfig {
  const environment = new Map([['RUN', run]]);
  return { kind: 'apache', command, serverRoot: root, configFile: path.join(root, 'apache2.conf'), environment };
}

const argsFor = (at: LaidOut) => ['-d', at.root, '-f', at.file('apache2.conf')];

/** `apache2 -t`: what it says against a configuration, or `undefined`. */
export async function complaintOf(at: LaidOut): Promise<string | undefined> {
  const { code, stderr } = await systemCommands.run(command, [...argsFor(at), '-t'], { env: { RUN: at.run } });
  return code === 0 ? undefined : stderr;
}

/** An Apache that runs on a configuration until it is stopped. */
export class RealApache {
  readonly #at: LaidOut;

  private constructor(at: LaidOut) {
    this.#at = at;
  }

  /** Starts it, and comes back when it serves. */
  static async start(at: LaidOut): Promise<RealApache> {
    const apache = new RealApache(at);
    const { code, stderr } = await systemCommands.run(command, [...argsFor(at), '-k', 'start'], {
      env: { RUN: at.run },
    });
    if (code !== 0) throw new Error(`Apache does not start: ${stderr}`);
    await until(async () => (await apache.accepting()).length > 0, `Apache accepts: ${apache.errors()}`);
    return apache;
  }

  get parent(): number {
    return runningParent(path.join(this.#at.run, 'apache2.pid'), command, systemFiles) ?? 0;
  }

  async accepting(): Promise<readonly string[]> {
    const parent = this.parent;
    if (parent === 0) return [];
    const listening = new Set(listeningSockets(parent, systemFiles).map(({ inode }) => inode));
    const world = { files: systemFiles, commands: systemCommands };
    return ((await servingNow(parent, listening, world))?.accepting ?? []).map((one) => one.process);
  }

  errors(): string {
    const log = path.join(this.#at.run, 'error.log');
    return fs.existsSync(log) ? fs.readFileSync(log, 'utf8') : '';
  }

  /** Ends it and all its children. */
  async stop(): Promise<void> {
    const { parent } = this;
    if (parent === 0) return;
    process.kill(parent, 'SIGTERM');
    await until(async () => !isAlive(parent), 'Apache ends');
  }
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 1_500; tries++) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`waited in vain for: ${what}`);
}
