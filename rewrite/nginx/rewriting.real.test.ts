import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rulesFrom } from '../translate/testing/catalog-rules.ts';
import { send } from '../translate/testing/wire.ts';
import { compileNginx } from './index.ts';
import { type NginxAtWork, nginxInstalled, startNginx } from './testing/nginx-at-work.ts';

const rules = rulesFrom(
  'rewrites',
  `<rewrite><rules>
  <rule name="file" stopProcessing="true"><match url="^old/(.*)$"/><action type="Rewrite" url="/new page.txt?of={R:1}"/></rule>
  <rule name="block" stopProcessing="true"><match url="^block"/><action type="Rewrite" url="/blocked"/></rule></rules></rewrite>`,
);
/** What a site may say behind our lines: a line for the whole server, and locations. */
const site = `
if ($uri = /blocked) { return 410 "$request_uri"; }
location /new { try_files /none @shown; }
location @shown { return 298 "$uri $args $request_uri"; }
location = /secret { internal; }
location / { return 299 "$request_uri"; }
`;

describe.skipIf(!nginxInstalled)('a rewritten request in the site behind', () => {
  let nginx: NginxAtWork;
  beforeAll(async () => {
    nginx = await startNginx([{ ...compileNginx([rules]), rest: site }]);
  });
  afterAll(() => nginx.stop());
  const ask = (url: string) => send(nginx.socket(0), { method: 'GET', url, host: 'h', headers: [] });

  it('is looked for in the locations by its new path, and keeps what was asked for', async () => {
    expect(await ask('/old/x?y=1')).toMatchObject({ status: 298, body: '/new page.txt of=x&y=1 /old/x?y=1' });
  });
  it('is subject to what the server block says itself', async () => {
    expect(await ask('/block/../block?q')).toMatchObject({ status: 410, body: '/block/../block?q' });
  });
  it('leaves all others alone', async () => {
    expect(await ask('/other')).toMatchObject({ status: 299, body: '/other' });
    expect((await ask('/secret')).status).toBe(404);
  });
});
