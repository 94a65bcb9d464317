import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateOutbound } from '../evaluate/outbound.ts';
import { prepareRules } from '../prepare/prepare-rules.ts';
import { catalogRules, rulesFrom } from '../translate/testing/catalog-rules.ts';
import { paddedAddresses } from '../translate/testing/padding.ts';
import { send, sideBySide } from '../translate/testing/wire.ts';
import { compileApache } from './index.ts';
import { type ApacheAtWork, apacheInstalled, startApache } from './testing/apache-at-work.ts';

const rules = catalogRules('CVE-2026-42897', '/owa');
const odd = rulesFrom(
  'odd',
  `<rewrite><outboundRules><rule name="r"><match serverVariable="RESPONSE_X_Odd" pattern="(.*)"/><action type="Rewrite" value="%t [{R:1}] $1 &quot;x&quot;"/></rule>
  <rule name="m"><match serverVariable="RESPONSE_X_Frame_Options" pattern="^$"/><action type="Rewrite" value="DENY"/></rule></outboundRules></rewrite>`,
);
const own = "default-src 'self'";

describe.skipIf(!apacheInstalled)('headers that rules change', () => {
  const application = http.createServer({ maxHeaderSize: 65_536 }, (request, response) => {
    const wish = (name: string) => request.headers[name];
    response.statusCode = Number(wish('x-status') ?? 200);
    response.setHeader('Content-Type', String(wish('x-type') ?? 'text/html; charset=utf-8'));
    if (wish('x-policy') !== undefined) response.setHeader('Content-Security-Policy', own);
    if (wish('x-odd') !== undefined) response.setHeader('X-Odd', 'a');
    if (wish('x-frame') !== undefined) response.setHeader('X-Frame-Options', 'SAMEORIGIN');
    response.end(`at ${request.url}`);
  });
  let apache: ApacheAtWork;

  beforeAll(async () => {
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
    const { port } = application.address() as AddressInfo;
    const pass = `ProxyPass "/" "http://127.0.0.1:${port}/"\n`;
    apache = await startApache({
      main: () => compileApache([...rules, odd]).main,
      hosts: [
        pass,
        `Header set Content-Security-Policy "${own}"\n${pass}`,
        `Header always set Content-Security-Policy "${own}"\n${pass}`,
        'AddDefaultCharset utf-8\n<Location "/owa">\nRedirect 404\n</Location>\n',
        `RewriteEngine on\nRewriteRule ^/owa/default.aspx /elsewhere [PT]\nRewriteRule ^/mail /owa/default.aspx [PT]\n${pass}`,
        '<Location "/owa/">\nFallbackResource /nowhere.html\n</Location>\n<Location "/nowhere.html">\nRedirect 410\n</Location>\n',
      ],
    });
  });
  afterAll(async () => {
    await apache?.stop();
    application.close();
  });

  const ask = async (url: string, headers: Readonly<Record<string, string>> = {}, at = 0) => {
    const answer = await send(
      { port: apache.port(at) },
      { method: 'GET', url, host: 'mail.example.org', headers: Object.entries(headers) },
    );
    const values = (wanted: string) => answer.headers.filter(([name]) => name === wanted).map(([, value]) => value);
    return { status: answer.status, policies: values('content-security-policy'), values };
  };

  it.each([
    ['what the application sends', '/owa/', { 'X-Policy': '1' }, 0, `${own}; script-src-attr 'none'`],
    ['nothing', '/owa/', {}, 0, "; script-src-attr 'none'"],
    ['nothing, with 404 of the application', '/owa/', { 'X-Status': '404' }, 0, "; script-src-attr 'none'"],
    [
      'what the application sends with 500',
      '/owa/',
      { 'X-Status': '500', 'X-Policy': '1' },
      0,
      `${own}; script-src-attr 'none'`,
    ],
    ['what the site sets', '/owa/', {}, 1, `${own}; script-src-attr 'none'`],
    ['what the site always sets', '/owa/', {}, 2, `${own}; script-src-attr 'none'`],
    ['what the site always sets, on 404', '/owa/', { 'X-Status': '404' }, 2, `${own}; script-src-attr 'none'`],
    ["nothing, on Apache's own 404", '/owa/', {}, 3, "; script-src-attr 'none'"],
    ['nothing, where a site maps the address to another', '/owa/default.aspx', {}, 4, "; script-src-attr 'none'"],
    ['nothing, behind an internal redirect', '/owa/', {}, 5, "; script-src-attr 'none'"],
  ] as const)('stands once, behind %s', async (_, url, headers, at, wanted) => {
    expect((await ask(url, headers, at)).policies).toEqual([wanted]);
  });

  it('is there however long the address is made', async () => {
    const policies = await sideBySide(paddedAddresses, 8, async (url) => (await ask(url)).policies);
    const without = paddedAddresses.filter((_, at) => !policies[at]?.join().includes('script-src-attr'));
    console.log(`Apache: ${paddedAddresses.length} padded addresses, ${without.length} without the policy`);
    expect(without.map((url) => `${url.slice(0, 40)}… (${url.length})`)).toEqual([]);
  });

  it('leaves addresses alone that only became ones of the rule', async () => {
    expect((await ask('/mail', {}, 4)).policies).toEqual([]);
  });

  it('takes text for what it is', async () => {
    expect((await ask('/', { 'X-Odd': '1' })).values('x-odd')).toEqual(['%t [a] $1 "x"']);
    expect((await ask('/')).values('x-odd')).toEqual(['%t [] $1 "x"']);
    expect((await ask('/')).values('x-frame-options')).toEqual(['DENY']);
    expect((await ask('/', { 'X-Frame': '1' })).values('x-frame-options')).toEqual(['SAMEORIGIN']);
  });

  it('changes what the rule of IIS changes, to the same value', async () => {
    const urls =
      '/owa /owa/ /OWA/?a=b /owa/default.aspx /owa/DEFAULT.aspxfoo /owa/auth.owa /owa/ev.owa?default.aspx / /ecp/ /owa/projection.aspx?x /%6fwa/ /owax/ /owa? /owa/%70opout.aspx /owa/readingPane.aspx /powa/ /a?/owa/'.split(
        ' ',
      );
    const types = ['text/html', 'TEXT/HTML; charset=utf-8', 'application/json', 'text/htmlx', 'x-text/html'];
    const policies = [undefined, own];
    const trials = urls.flatMap((url) => types.flatMap((type) => policies.map((policy) => ({ url, type, policy }))));
    const prepared = prepareRules(rules);
    const seen = await sideBySide(trials, 8, async ({ url, type, policy }) => {
      const answer = await ask(url, { 'X-Type': type, ...(policy === undefined ? {} : { 'X-Policy': '1' }) });
      return answer.policies;
    });
    const wanted = trials.map(({ url, type, policy }) => {
      const request = { method: 'GET', scheme: 'http' as const, host: 'mail.example.org', url, headers: {} };
      const headers = { 'content-type': type, 'content-security-policy': policy };
      const edits = evaluateOutbound(prepared, { request, response: { status: 200, headers } }).headers;
      const value = edits.get('content-security-policy') ?? policy;
      return value === undefined ? [] : [value];
    });
    expect(seen).toEqual(wanted);
    expect(wanted.filter((one) => one.join().includes('script-src-attr')).length).toBeGreaterThan(40);
  });
});
