import { expect, it } from 'vitest';
import { rulesFrom } from '../translate/testing/catalog-rules.ts';
import { send } from '../translate/testing/wire.ts';
import { compileApache } from './index.ts';
import { apacheInstalled, passing, startApache } from './testing/apache-at-work.ts';

const rules = rulesFrom(
  'fields',
  `<rewrite><rules><rule name="r"><match url=".*"/><conditions><add input="{HTTP_X_VERY_EVIL}" pattern="jndi"/></conditions>
  <action type="AbortRequest"/></rule></rules></rewrite>`,
);

it.skipIf(!apacheInstalled)('hands no other spelling of a field that a rule reads on to a server behind', async () => {
  const apache = await startApache({ main: () => compileApache([rules]).main, hosts: [passing] });
  try {
    const proxy = await startApache({
      main: () => compileApache([rules]).main,
      hosts: [`ProxyPass "/" "http://127.0.0.1:${apache.port(0)}/"\n`],
    });
    const ask = async (...names: string[]) => {
      const headers = names.map((name) => [name, 'jndi'] as const);
      return (await send({ port: proxy.port(0) }, { method: 'GET', url: '/', host: 'h', headers })).status;
    };
    try {
      expect(await ask('X-Very-Evil')).toBe(403);
      for (const name of ['X_Very_Evil', 'x_very-evil', 'X-VERY_EVIL']) expect(await ask(name), name).toBe(400);
      expect(await ask('X-Other', 'X_Very_Evil')).toBe(400);
      for (const name of ['X_Other', 'XVeryEvil', 'X-Very-Evi_l', 'X-Very']) expect(await ask(name), name).toBe(451);
    } finally {
      await proxy.stop();
    }
  } finally {
    await apache.stop();
  }
});
