import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileApache } from '../apache/index.ts';
import { type ApacheAtWork, apacheInstalled, passing, startApache } from '../apache/testing/apache-at-work.ts';
import type { ScopedRules } from '../model.ts';
import { compileNginx } from '../nginx/index.ts';
import { type NginxAtWork, nginxInstalled, startNginx } from '../nginx/testing/nginx-at-work.ts';
import { rulesFrom } from '../translate/testing/catalog-rules.ts';
import { send } from '../translate/testing/wire.ts';

const rule = (name: string, url: string, action: string) =>
  `<rule name="${name}" stopProcessing="true"><match url="${url}"/>${action}</rule>`;
const abort = '<action type="AbortRequest"/>';
const gone = '<action type="CustomResponse" statusCode="410" statusDescription="gone"/>';
const owner = (name: string, rules: string, globalRules = '') =>
  rulesFrom(name, `<rewrite><rules>${rules}</rules><globalRules>${globalRules}</globalRules></rewrite>`);

/** The first lets requests go on before its own refusal, and would before those of all others. */
const sets: readonly ScopedRules[] = [
  owner('exempts', rule('free', 'free', '<action type="None"/>') + rule('a', '^a/', abort), rule('all', '.*', '')),
  owner('refuses', rule('b', '^b/', abort)),
  owner('says', rule('free', 'open', '<action type="None"/>') + rule('c', '^[bc]/', gone)),
  owner('global', '', rule('d', '^d/', abort)),
];
const rewrites = owner('rewrites', rule('all', '^(?!new).*(free|word)', '<action type="Rewrite" url="/new"/>'));

const requests: readonly (readonly [string, 'pass' | 'abort' | 'gone'])[] = [
  ['/a/', 'abort'],
  ['/a/free', 'pass'],
  ['/b/', 'abort'],
  ['/b/free', 'abort'],
  ['/b/open', 'abort'],
  ['/c/', 'gone'],
  ['/c/free', 'gone'],
  ['/c/open', 'pass'],
  ['/d/', 'abort'],
  ['/d/free', 'abort'],
  ['/other', 'pass'],
];
const get = (url: string) => ({ method: 'GET', url, host: 'h', headers: [] });

describe.skipIf(!nginxInstalled || !apacheInstalled)('rules of several owners, compiled apart', () => {
  let nginx: NginxAtWork;
  let apache: ApacheAtWork;
  beforeAll(async () => {
    const [one, two] = [sets, [rewrites, ...sets]].map((all, at) =>
      compileNginx(all, { apart: true, variablePrefix: `s${at}` }),
    );
    nginx = await startNginx([one, two].flatMap((server) => server ?? []));
    apache = await startApache({ main: () => compileApache(sets, { apart: true }).main, hosts: [passing] });
  });
  afterAll(async () => {
    await nginx?.stop();
    await apache?.stop();
  });

  it.each(requests)('hide none of each other’s on nginx and Apache: %s, %s', async (url, wanted) => {
    const onNginx = (await send(nginx.socket(0), get(url))).status;
    expect(onNginx).toBe({ pass: 299, abort: 0, gone: 410 }[wanted]);
    const onApache = (await send({ port: apache.port(0) }, get(url))).status;
    expect(onApache).toBe({ pass: 451, abort: 403, gone: 410 }[wanted]);
  });

  it('refuse what another one would rewrite', async () => {
    expect((await send(nginx.socket(1), get('/b/word'))).status).toBe(0);
    expect((await send(nginx.socket(1), get('/c/word'))).status).toBe(410);
    expect((await send(nginx.socket(1), get('/word'))).status).toBe(299);
  });
});
