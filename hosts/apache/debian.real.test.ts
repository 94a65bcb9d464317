import * as fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemCommands } from '@stopgap/machine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { autodiscover } from '../../tests/rule-hosts/actions.ts';
import { freePorts } from '../../tests/rule-hosts/free-ports.ts';
import { request } from '../../tests/rule-hosts/raw-request.ts';
import { bring } from '../../tests/rule-hosts/under-load.ts';
import type { ApacheHostConfig } from './config.ts';
import { createApacheHost } from './host.ts';
import { machine } from './testing/at-work.ts';
import { noRealApache } from './testing/real-apache.ts';

const stock = '/etc/apache2';
const attack = '/autodiscover/?x=%50owershell';

/** Debian's own configuration, copied; `apache2ctl` is told of it by its environment, as of a further instance. */
describe.skipIf(noRealApache || !fs.existsSync(`${stock}/envvars`))("Debian's own configuration, by apache2ctl", () => {
  let folder: string;
  let root: string;
  let port: number;
  let environment: Record<string, string>;

  const list = () =>
    fs
      .readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [
        path.join(parentPath, name),
        fs.readFileSync(path.join(parentPath, name), 'utf8'),
      ]);
  const config = (): ApacheHostConfig => ({
    kind: 'apache',
    command: 'apache2ctl',
    environment: new Map(Object.entries(environment)),
  });
  const apache = (...args: readonly string[]) => systemCommands.run('apache2ctl', args, { env: environment });

  beforeEach(async () => {
    [port = 0] = await freePorts(1);
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-apache-'));
    fs.chmodSync(folder, 0o755);
    root = path.join(folder, 'etc');
    fs.cpSync(stock, root, { recursive: true, verbatimSymlinks: true });
    fs.appendFileSync(
      path.join(root, 'envvars'),
      ['RUN', 'LOCK', 'LOG'].map((name) => `export APACHE_${name}_DIR=${folder}\n`).join('') +
        `export APACHE_PID_FILE=${folder}/pid\n`,
    );
    fs.writeFileSync(path.join(root, 'ports.conf'), `Listen 127.0.0.1:${port}\n`);
    const site = `<VirtualHost *:${port}>\n  ServerName a.example\n  DocumentRoot ${folder}/www\n</VirtualHost>\n<Directory ${folder}/www>\n  Require all granted\n</Directory>\n`;
    for (const name of fs.readdirSync(path.join(root, 'sites-enabled')))
      fs.rmSync(path.join(root, 'sites-enabled', name));
    fs.writeFileSync(path.join(root, 'sites-enabled', 'a.conf'), site);
    fs.mkdirSync(path.join(folder, 'www'));
    fs.writeFileSync(path.join(folder, 'www', 'index.html'), 'hello');
    environment = { APACHE_CONFDIR: root };
    // Where systemd is at work, "apache2ctl start" would start the machine's own.
    expect(await apache('-k', 'start')).toMatchObject({ code: 0 });
  });
  afterEach(async () => {
    await apache('-k', 'stop');
    for (let tries = 0; fs.existsSync(`${folder}/pid`) && tries < 500; tries++)
      await new Promise((done) => setTimeout(done, 20));
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('is found, protected and restored', async () => {
    const before = list();
    const host = createApacheHost(config(), machine);
    const survey = await host.survey();
    expect(survey).toMatchObject({ present: true, missing: [], writes: [{ folder: path.join(root, 'conf-enabled') }] });
    expect(survey.detail).toContain(`${root}/apache2.conf, 1 virtual host, running as process`);
    expect(survey.endpoints).toEqual([{ scheme: 'http', address: '127.0.0.1', port, hostHeader: 'a.example' }]);
    expect(host.accepts(autodiscover, survey)).toMatchObject({ accepted: true });
    expect(await request(port, attack)).toBe(404);
    await bring(host, autodiscover);
    expect([await request(port, attack), await request(port, '/')]).toEqual([403, 200]);
    await bring(host);
    expect(await request(port, attack)).toBe(404);
    expect(list()).toEqual(before);
  });

  it('is the one that is looked at, also where Apache refuses it', async () => {
    const host = createApacheHost(config(), machine);
    await bring(host, autodiscover);
    fs.appendFileSync(path.join(root, 'conf-enabled', 'zz-stopgap.conf'), 'Oops on\n');
    expect((await apache('-t')).code).toBe(1);
    const other = createApacheHost(config(), machine);
    expect((await other.survey()).missing).toEqual([]);
    await bring(other, autodiscover);
    expect(await request(port, attack)).toBe(403);
    await bring(other);
  });
});
