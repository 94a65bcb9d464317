import * as fs from 'node:fs';
import http2 from 'node:http2';
import path from 'node:path';
import { sendEvidence } from '@stopgap/agent';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autodiscover } from '../../tests/rule-hosts/actions.ts';
import { freePorts } from '../../tests/rule-hosts/free-ports.ts';
import { request } from '../../tests/rule-hosts/raw-request.ts';
import { bring } from '../../tests/rule-hosts/under-load.ts';
import { createApacheHost } from './host.ts';
import { machine, planOf } from './testing/at-work.ts';
import { catalogIds, fromCatalog } from './testing/catalog.ts';
import { type LaidOut, layOut } from './testing/lay-out.ts';
import { configFor, debianLayout, noRealApache, RealApache } from './testing/real-apache.ts';

const attack = '/autodiscover/autodiscover.json?a=@example.com/%50owershell';

/** What might answer in front of the rules, or let a request by, each in a virtual host of its own. `0`: a port where nobody listens. */
const kinds: readonly (readonly [string, string])[] = [
  ['nothing of its own', ''],
  [
    'a permanent redirect to https, as certbot writes it',
    'RewriteEngine on\nRewriteRule ^ https://%{SERVER_NAME}%{REQUEST_URI} [END,NE,R=permanent]\n',
  ],
  ['Redirect of everything', 'Redirect permanent / https://elsewhere.invalid/\n'],
  [
    'rules that ignore those of the server',
    'RewriteEngine on\nRewriteOptions IgnoreInherit\nRewriteRule ^ /index.html [L]\n',
  ],
  ['rules that proxy', 'RewriteEngine on\nRewriteRule ^/(.*) http://127.0.0.1:9/$1 [P]\n'],
  ['ProxyPass', 'ProxyPass / http://127.0.0.1:9/ mapping=encoded\nProxyPassReverse / http://127.0.0.1:9/\n'],
  ['ProxyPass in a Location', '<Location />\nProxyPass http://127.0.0.1:9/\n</Location>\n'],
  [
    'Require all granted in a Location',
    '<Location />\nRequire all granted\nSatisfy Any\nAuthMerging Or\n</Location>\n',
  ],
  [
    'an If that allows and redirects',
    '<If "true">\nRequire all granted\nRedirect 302 https://elsewhere.invalid/\n</If>\n',
  ],
  ['Alias', 'Alias /autodiscover @RUN@/www\n<Directory @RUN@/www>\nRequire all granted\n</Directory>\n'],
  ['an error page of its own', 'ErrorDocument 403 /index.html\n'],
  [
    'a password',
    '<Location />\nAuthType Basic\nAuthName x\nAuthBasicProvider file\nAuthUserFile /dev/null\nRequire valid-user\n</Location>\n',
  ],
  ['a macro of its own', 'Use Site autodiscover\n'],
  [
    'environment variables of its own',
    'SetEnvIf Request_URI . no-gzip\nBrowserMatch . nokeepalive\nSetEnvIf Request_URI ^/owa owa=1\n',
  ],
];

const macro = `<Macro Site $name>
<Location "/$name">
Require all granted
</Location>
</Macro>
`;

describe.skipIf(noRealApache)('every virtual host', () => {
  let at: LaidOut;
  let ports: readonly number[];
  let apache: RealApache;
  const host = () => createApacheHost(configFor(at), machine);

  beforeAll(async () => {
    ports = await freePorts(kinds.length + 1);
    const sites = kinds.map(([, text], place): readonly [string, string] => {
      const port = ports[place];
      return [
        `site${place}`,
        `<VirtualHost 127.0.0.1:${port}>\n\tServerName site${place}.example\n${text}</VirtualHost>\n`,
      ];
    });
    const modules = 'headers rewrite proxy proxy_http macro http2';
    at = layOut(
      debianLayout(ports, sites, { modules, files: [['conf-enabled/own.conf', `Protocols h2c http/1.1\n${macro}`]] }),
    );
    const htaccess =
      'Require all granted\n<If "true">\nRequire all granted\nRedirect 302 https://elsewhere.invalid/\n</If>\n';
    fs.mkdirSync(path.join(at.run, 'www', 'autodiscover'), { recursive: true });
    fs.writeFileSync(path.join(at.run, 'www', 'autodiscover', '.htaccess'), htaccess);
    apache = await RealApache.start(at);
  });
  afterAll(async () => {
    await apache?.stop();
    at?.remove();
  });

  it('is an endpoint, and so is the main server where no virtual host stands before it', async () => {
    const { missing, endpoints } = await host().survey();
    expect(missing).toEqual([]);
    expect(endpoints.map(({ port }) => port).sort()).toEqual([...ports].sort());
    expect(endpoints.find(({ port }) => port === ports.at(-1))?.hostHeader).toBe('localhost');
    expect(endpoints.find(({ port }) => port === ports[1])?.hostHeader).toBe('site1.example');
  });

  it('refuses the attack, whatever it has of its own, and is as before when ours is gone', async () => {
    const before = at.snapshot();
    const all = async (target: string) => await Promise.all(ports.map((port) => request(port, target, 'x.example')));
    const usual = await all('/owa/');
    expect(await all(attack)).not.toContain(403);
    await bring(host(), autodiscover);
    expect(await all(attack)).toEqual(ports.map(() => 403));
    expect(await all('/owa/')).toEqual(usual);
    await bring(host());
    expect(await all(attack)).not.toContain(403);
    expect(at.snapshot()).toEqual(before);
  });

  it('refuses it in HTTP/2, too', async () => {
    await bring(host(), autodiscover);
    const statusOf = (target: string) =>
      new Promise((resolve, reject) => {
        const session = http2.connect(`http://127.0.0.1:${ports[0]}`).once('error', reject);
        const stream = session.request({ ':path': target }).once('error', reject);
        stream.once('response', (headers) => {
          resolve(headers[':status']);
          session.destroy();
        });
      });
    expect([await statusOf('/owa/'), await statusOf(attack)]).toEqual([200, 403]);
    await bring(host());
  });

  it.each(catalogIds)('holds the evidence of %s at all of its endpoints', async (id) => {
    const { actions, evidence } = await fromCatalog(id);
    const { endpoints } = await host().survey();
    const baseline = await seen();
    await bring(host(), ...actions);
    expect((await planOf(host(), actions)).findings.every(({ presence }) => presence === 'in-place')).toBe(true);
    const after = await seen();
    await bring(host());
    const wrong = evidence.flatMap(({ name, expect: wanted }, which) =>
      endpoints.flatMap((endpoint, place) => {
        const [now, then] = [after[which]?.[place], baseline[which]?.[place]];
        const holds = wanted === 'refused' ? now === 403 : now === then;
        return holds ? [] : [`${name} at ${endpoint.hostHeader}: ${then}, now ${now}`];
      }),
    );
    expect(wrong).toEqual([]);

    async function seen() {
      const statusAt = async (endpoint: (typeof endpoints)[number], one: (typeof evidence)[number]) => {
        const answer = await sendEvidence(endpoint, one, id);
        return answer.kind === 'answered' ? answer.status : answer.kind;
      };
      return await Promise.all(
        evidence.map((one) => Promise.all(endpoints.map((endpoint) => statusAt(endpoint, one)))),
      );
    }
  });
});
