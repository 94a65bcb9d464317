import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogRules, rulesFrom } from '../translate/testing/catalog-rules.ts';
import { send } from '../translate/testing/wire.ts';
import { compileApache } from './index.ts';
import { type ApacheAtWork, apacheInstalled, startApache } from './testing/apache-at-work.ts';

const allow = '<Location "/">\nRequire all granted\n</Location>\n';
const backend = 'AllowEncodedSlashes On\n<Location "/">\nRedirect 451\n</Location>\nErrorDocument 451 reached\n';

/** Virtual hosts with what might keep rules of the server from them, or let a request by. */
const hosts: readonly (readonly [string, (folder: string) => string])[] = [
  ['a plain one', () => ''],
  ['RewriteEngine off', () => `RewriteEngine off\n${allow}`],
  [
    'rules of its own that ignore those of the server',
    () => `RewriteEngine on\nRewriteOptions IgnoreInherit\nRewriteRule ^ /index.html [L]\n${allow}`,
  ],
  [
    'rules that rewrite the attack away',
    () => `RewriteEngine on\nRewriteRule ^/(autodiscover|custom) /index.html? [L]\n`,
  ],
  ['rules that redirect everything', () => `RewriteEngine on\nRewriteRule ^ https://elsewhere.invalid/ [R=301,L]\n`],
  [
    'an <If> that redirects and allows everything',
    () => '<If "true">\nRedirect 302 "http://elsewhere.invalid/"\nRequire all granted\nRewriteEngine on\n</If>\n',
  ],
  ['ProxyPass in a <Location>', () => '<Location "/">\nProxyPass http://127.0.0.1:9/\n</Location>\n'],
  ['rules that proxy', () => `RewriteEngine on\nRewriteRule ^/(.*) http://127.0.0.1:9/$1 [P]\n`],
  ['ProxyPass', () => 'ProxyPass / http://127.0.0.1:9/\n'],
  ['ProxyPass of the path as it came', () => 'ProxyPass / http://127.0.0.1:9/ mapping=encoded\n'],
  ['Satisfy Any', () => '<Location "/">\nOrder allow,deny\nAllow from all\nSatisfy Any\n</Location>\n'],
  ['AuthMerging Or', () => '<Location "/">\nAuthMerging Or\nRequire all granted\n</Location>\n'],
  ['a redirect of everything', () => '<Location "/">\nRedirect 302 "http://elsewhere.invalid/"\n</Location>\n'],
  [
    'a password',
    (folder) =>
      `<Location "/">\nAuthType Basic\nAuthName x\nAuthBasicProvider file\nAuthUserFile ${folder}/none\nRequire valid-user\n</Location>\n`,
  ],
  ['an error page of its own', () => 'ErrorDocument 403 /index.html\n'],
  [
    'what was asked for, kept by a cache',
    (folder) => `CacheRoot ${folder}\nCacheEnable disk /\nCacheIgnoreNoLastMod On\n`,
  ],
  ['a page for what is not there', () => 'FallbackResource /index.html\n'],
  ['a log of its own', (folder) => `CustomLog ${folder}/own.log "%r"\n`],
];

const hostileName = `$\{HOME} &quot;>&#10;&lt;If true>`;
const text = `100% $1 &quot;gone&quot; \\\\ ${'$'}5`;
const custom = rulesFrom(
  'custom "\n<If true>',
  `<rewrite><rules><rule name="${hostileName}"><match url="^custom"/><action type="CustomResponse" statusCode="410" statusDescription="${text}"/></rule></rules></rewrite>`,
);
const observed = catalogRules('CVE-2021-26855').map((set) => ({ ...set, mode: 'observe' as const }));

describe.skipIf(!apacheInstalled)('one file for the whole server', () => {
  let apache: ApacheAtWork;
  const log = () => path.join(apache.folder, 'observed.log');

  beforeAll(async () => {
    apache = await startApache({
      main: (folder) => {
        fs.writeFileSync(path.join(folder, 'root', 'index.html'), 'index');
        const htaccess =
          'Require all granted\n<If "true">\nRequire all granted\nRedirect 302 "http://elsewhere.invalid/"\n</If>\n';
        fs.writeFileSync(path.join(folder, 'root', '.htaccess'), 'Require all granted\n');
        fs.mkdirSync(path.join(folder, 'root', 'autodiscover'));
        fs.writeFileSync(path.join(folder, 'root', 'autodiscover', '.htaccess'), htaccess);
        const rules = [...catalogRules('CVE-2022-41040'), custom, ...observed];
        const { main } = compileApache(rules, { observeLog: path.join(folder, 'observed.log') });
        return `${main}<Directory "${folder}/root">\nAllowOverride All\n</Directory>\n`;
      },
      hosts: hosts.map(([, text]) => text('/tmp')).concat(backend, `HttpProtocolOptions Unsafe\n${backend}`),
    });
  });
  afterAll(() => apache?.stop());

  const ask = (at: number, url: string, cookie?: string) =>
    send(
      { port: apache.port(at) },
      { method: 'GET', url, host: 'a', headers: cookie === undefined ? [] : [['Cookie', cookie]] },
    );

  it.each(hosts.map(([name], at) => ({ name, at })))('refuses in a virtual host with $name', async ({ at }) => {
    const attack = await ask(at, '/autodiscover/?x=%50owershell');
    expect([attack.status, attack.body.includes('403 Forbidden')]).toEqual([403, true]);
    expect(attack.headers).toContainEqual(['connection', 'close']);
    expect((await ask(at, '/custom/x')).status).toBe(410);
    expect((await ask(at, '/other')).status).not.toBe(403);
  });

  it('lets no odd request line by where a host takes such lines', async () => {
    const at = hosts.length + 1;
    const urls = [
      '/autodiscover\tpowershell',
      '/autodiscover powershell',
      ' /autodiscover/?powershell ',
      '\t/autodiscover/?powershell\t',
    ];
    // Apache refuses some of these itself.
    for (const url of urls) expect([400, 403]).toContain((await ask(at, url)).status);
    expect((await ask(at, '/other')).status).toBe(451);
  });

  it('says what a rule says, whatever stands in it', async () => {
    expect((await ask(0, '/custom')).body).toBe('100% $1 "gone" \\\\ $5');
  });

  it('logs what is only observed, in every virtual host and behind internal redirects', async () => {
    const before = fs.existsSync(log()) ? fs.readFileSync(log(), 'utf8').split('\n').length : 1;
    for (const [at] of hosts.entries()) await ask(at, '/', 'X-AnonResource-Backend=a');
    await ask(0, '/', 'a=b');
    const lines = fs.readFileSync(log(), 'utf8').split('\n');
    expect(lines.length - before).toBe(hosts.length);
    expect(lines.at(-2)).toMatch(/^\d{4}-\d\d-\d\dT\S+ 127\.0\.0\.1 "GET \/ HTTP\/1\.1" CVE-2021-26855$/);
  });
});
