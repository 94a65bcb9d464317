import { expect, it } from 'vitest';
import { rulesFrom } from '../translate/testing/catalog-rules.ts';
import { send } from '../translate/testing/wire.ts';
import { compileApache } from './index.ts';
import { apacheInstalled, passing, startApache } from './testing/apache-at-work.ts';

const rules = rulesFrom(
  'hosts',
  `<rewrite><rules><rule name="r"><match url=".*"/><conditions><add input="{HTTP_HOST}" pattern="^private[.]example$"/></conditions>
  <action type="AbortRequest"/></rule></rules></rewrite>`,
);

it.skipIf(!apacheInstalled)('refuses by the host that Apache goes by, whatever the target names', async () => {
  const apache = await startApache({ main: () => compileApache([rules]).main, hosts: [passing] });
  const ask = async (url: string, host: string) =>
    (await send({ port: apache.port(0) }, { method: 'GET', url, host, headers: [] })).status;
  try {
    expect(await ask('/', 'private.example')).toBe(403);
    expect(await ask('http://private.example/', 'open.example')).toBe(403);
    // Of another scheme than the connection's, so Apache leaves the Host field as it is.
    expect(await ask('https://open.example/', 'private.example')).toBe(403);
    expect(await ask('http://open.example/', 'private.example')).toBe(451);
    expect(await ask('/', 'open.example')).toBe(451);
  } finally {
    await apache.stop();
  }
});
