import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateOutbound } from '../evaluate/outbound.ts';
import { prepareRules } from '../prepare/prepare-rules.ts';
import { catalogRules } from '../translate/testing/catalog-rules.ts';
import { paddedAddresses } from '../translate/testing/padding.ts';
import { send, sideBySide } from '../translate/testing/wire.ts';
import { compileNginx } from './index.ts';
import { type NginxAtWork, nginxInstalled, startNginx } from './testing/nginx-at-work.ts';

const rules = catalogRules('CVE-2026-42897', '/owa');
const own = "default-src 'self'";
const added = "script-src-attr 'none'";

describe.skipIf(!nginxInstalled)('a policy added to responses', () => {
  const application = http.createServer({ maxHeaderSize: 65_536 }, (request, response) => {
    const wish = (name: string) => request.headers[name];
    response.statusCode = Number(wish('x-status') ?? 200);
    response.setHeader('Content-Type', String(wish('x-type') ?? 'text/html; charset=utf-8'));
    if (wish('x-policy') !== undefined)
      response.setHeader('Content-Security-Policy', [own, "img-src 'none'"].slice(0, Number(wish('x-policy'))));
    response.end(`at ${request.url}`);
  });
  let nginx: NginxAtWork;

  beforeAll(async () => {
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
    const { port } = application.address() as AddressInfo;
    const { http: maps, server, block } = compileNginx(rules);
    const pass = `proxy_pass http://127.0.0.1:${port};\n`;
    const locations = [
      `location / {\n${pass}}\n`,
      `location /owa/own-header/ {\nadd_header X-Own 1;\n${block}${pass}rewrite ^ /other break;\n}\n`,
      `location /owa/default.aspx/own-header {\nadd_header X-Own 1;\n${block}${pass}}\n`,
      `location /owa/default.aspx/forgotten {\nadd_header X-Own 1;\n${pass}}\n`,
      `location /mail {\nrewrite ^ /owa/default.aspx last;\n}\n`,
      `location /owa/popout.aspx {\nrewrite ^ /elsewhere last;\n}\n`,
    ].join('');
    nginx = await startNginx(
      [
        { http: `add_header X-Frame-Options DENY always;\n${maps}`, server, rest: locations },
        { http: '', server: '', rest: locations.replaceAll(block, '') },
      ],
      { headerBuffers: '8 64k' },
    );
  });
  afterAll(async () => {
    await nginx?.stop();
    application.close();
  });

  const ask = async (url: string, headers: readonly (readonly [string, string])[] = [], at = 0) => {
    const answer = await send(nginx.socket(at), { method: 'GET', url, host: 'mail.example.org', headers });
    return {
      ...answer,
      policies: answer.headers.filter(([name]) => name === 'content-security-policy').map(([, value]) => value),
    };
  };

  it('stands beside the policy of the application, or alone', async () => {
    expect((await ask('/owa/', [['X-Policy', '1']])).policies).toEqual([own, added]);
    expect((await ask('/owa/', [['X-Policy', '2']])).policies).toEqual([own, "img-src 'none'", added]);
    expect((await ask('/owa/')).policies).toEqual([added]);
    expect((await ask('/owa/', [['X-Status', '404']])).policies).toEqual([added]);
  });

  it('goes where the rule of IIS fires, and nowhere else', async () => {
    const urls = [
      '/owa',
      '/owa/',
      '/OWA/?a=b',
      '/owa/default.aspx',
      '/owa/DEFAULT.aspxfoo',
      '/owa/auth.owa',
      '/owa/ev.owa?default.aspx',
      '/',
      '/ecp/',
      '/owa/projection.aspx?x',
      '/%6fwa/',
      '/x/../owa/',
      '//owa//',
      '/owax/',
      '/owa?',
      '/owa/%70opout.aspx',
      '/owa/readingPane.aspx',
      '/powa/',
      '/a?/owa/',
    ];
    const types = ['text/html', 'TEXT/HTML; charset=utf-8', 'application/json', 'text/htmlx', 'x-text/html'];
    const prepared = prepareRules(rules);
    const pairs = urls.flatMap((url) => types.map((type) => ({ url, type })));
    const seen = await sideBySide(pairs, 8, async ({ url, type }) => (await ask(url, [['X-Type', type]])).policies);
    const wanted = pairs.map(({ url, type }) => {
      const request = { method: 'GET', scheme: 'http' as const, host: 'mail.example.org', url, headers: {} };
      const edits = evaluateOutbound(prepared, {
        request,
        response: { status: 200, headers: { 'content-type': type } },
      }).headers;
      return edits.get('content-security-policy') === undefined ? [] : [added];
    });
    expect(seen).toEqual(wanted);
    expect(wanted.filter((one) => one.length > 0).length).toBeGreaterThan(20);
  });

  it('is there however long the address is made', async () => {
    const policies = await sideBySide(paddedAddresses, 8, async (url) => (await ask(url)).policies);
    const without = paddedAddresses.filter((_, at) => !policies[at]?.join().includes('script-src-attr'));
    console.log(`nginx: ${paddedAddresses.length} padded addresses, ${without.length} without the policy`);
    expect(without.map((url) => `${url.slice(0, 40)}… (${url.length})`)).toEqual([]);
  });

  it('looks at the address that was asked for, not at what nginx made of it', async () => {
    expect((await ask('/mail')).policies).toEqual([]);
    expect((await ask('/owa/popout.aspx')).policies).toEqual([added]);
  });

  it('leaves headers of the server and of other servers alone', async () => {
    const covered = await ask('/owa/');
    const other = await ask('/owa/', [['X-Policy', '2']], 1);
    expect(covered.headers).toContainEqual(['x-frame-options', 'DENY']);
    expect(other.headers).toContainEqual(['x-frame-options', 'DENY']);
    expect(other.policies).toEqual([own, "img-src 'none'"]);
    expect(nginx.errors()).not.toContain('uninitialized');
  });

  it('needs its lines again in a block that has an add_header of its own', async () => {
    const given = await ask('/owa/default.aspx/own-header');
    expect(given.policies).toEqual([added]);
    expect(given.headers).toContainEqual(['x-own', '1']);
    expect((await ask('/owa/default.aspx/forgotten')).policies).toEqual([]);
  });
});
