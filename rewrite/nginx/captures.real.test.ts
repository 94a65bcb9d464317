import { expect, it } from 'vitest';
import { catalogRules, rulesFrom } from '../translate/testing/catalog-rules.ts';
import { send } from '../translate/testing/wire.ts';
import { compileNginx } from './index.ts';
import { nginxInstalled, startNginx } from './testing/nginx-at-work.ts';

const hostRule = rulesFrom(
  'host',
  `<rewrite><rules><rule name="r" stopProcessing="true"><match url="^private"/>
  <conditions><add input="{SERVER_NAME}" pattern="^(www[.])?shop[.]"/></conditions><action type="AbortRequest"/></rule>
  <rule name="moved" stopProcessing="true"><match url="^old$"/><action type="Rewrite" url="/new"/></rule></rules></rewrite>`,
);
/** As the documentation of nginx has it: one block for many sites. */
const named = 'server_name "~^(?:www\\.)?(.+)\\.example(\\.org)?$";\n';
const site = 'location / {\n    return 299 "/sites/$1/$2 $uri";\n}\n';

const owners = [
  ['rules for paths', catalogRules('CVE-2022-41040')],
  ['rules for cookies', catalogRules('CVE-2021-26855')],
  ['rules for responses', catalogRules('CVE-2026-42897')],
  ['rules for hosts and a rewrite', [hostRule]],
  ['rules that are only observed', catalogRules('CVE-2022-41040').map((set) => ({ ...set, mode: 'observe' as const }))],
] as const;

it.skipIf(!nginxInstalled)('leaves a site what its server_name took', async () => {
  const servers = owners.map(([, rules], at) => {
    const options = { keepCaptures: true, variablePrefix: `s${at}`, observeLog: '/dev/null' };
    const { http, server } = compileNginx(rules, options);
    return { http, server: named + server, rest: site };
  });
  const nginx = await startNginx(servers);
  try {
    for (const [at, [name]] of owners.entries()) {
      const ask = async (url: string, host: string) =>
        (await send(nginx.socket(at), { method: 'GET', url, host, headers: [['Cookie', 'X-AnonResource-Back']] })).body;
      expect(await ask('/', 'www.shop.example'), name).toBe('/sites/shop/ /');
      expect(await ask('/autodiscover/%70?x=%2570', 'a.b.example.org:80'), name).toBe(
        '/sites/a.b/.org /autodiscover/p',
      );
      if (rulesRewrite(name)) expect(await ask('/old', 'shop.example')).toBe('/sites/shop/ /new');
    }
  } finally {
    await nginx.stop();
  }
});

const rulesRewrite = (name: string): boolean => name.endsWith('rewrite');
