import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rulesFrom } from '../translate/testing/catalog-rules.ts';
import { send } from '../translate/testing/wire.ts';
import { compileNginx } from './index.ts';
import { type NginxAtWork, nginxInstalled, startNginx } from './testing/nginx-at-work.ts';

const refuse = (input: string, pattern: string) =>
  rulesFrom(
    'hosts',
    `<rewrite><rules><rule name="r"><match url=".*"/><conditions><add input="{${input}}" pattern="${pattern}"/></conditions>
    <action type="AbortRequest"/></rule></rules></rewrite>`,
  );
/** A site that would hand on what was answered with an error. */
const site =
  'error_page 400 = @application;\nlocation @application { return 299 handed; }\nlocation / { return 299 "$host $http_host"; }\n';

describe.skipIf(!nginxInstalled)('a rule for a host', () => {
  let nginx: NginxAtWork;
  beforeAll(async () => {
    const rules = [refuse('HTTP_HOST', '^private[.]example$'), refuse('UNENCODED_URL', '^http://other')];
    nginx = await startNginx(
      rules.map((rule, at) => ({ ...compileNginx([rule], { variablePrefix: `s${at}` }), rest: site })),
    );
  });
  afterAll(() => nginx.stop());
  const ask = (url: string, host: string, method = 'GET', at = 0) =>
    send(nginx.socket(at), { method, url, host, headers: [] });

  it('holds for the Host field and for the target, whatever its scheme and the blanks before it', async () => {
    expect((await ask('/', 'private.example')).status).toBe(0);
    for (const scheme of ['http', 'HTTPS', 'ftp', 'x+y-1.2'])
      for (const method of ['GET', 'GET ', 'GET   ']) {
        expect((await ask(`${scheme}://private.example/`, 'private.example', method)).status).toBe(0);
      }
  });
  it('is not passed by naming two: an application may go by either', async () => {
    for (const [target, host] of [
      ['private.example', 'open.example'],
      ['open.example', 'private.example'],
      ['open.example', 'open.example:80'],
    ] as const) {
      expect(await ask(`http://${target}/`, host, 'GET  ')).toMatchObject({
        status: 400,
        body: 'the target names another host than the Host field',
      });
    }
  });
  it('leaves all others alone', async () => {
    expect((await ask('/', 'open.example')).body).toBe('open.example open.example');
    expect((await ask('http://Open.example/', 'open.example')).body).toBe('open.example open.example');
  });
  it('sees the whole target behind more than one blank', async () => {
    expect((await ask('http://other/', 'a', 'GET', 1)).status).toBe(0);
    expect((await ask('http://other/', 'a', 'GET  ', 1)).status).toBe(0);
    expect((await ask('/', 'a', 'GET  ', 1)).status).toBe(299);
  });
});
