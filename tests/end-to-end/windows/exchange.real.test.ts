import * as fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkout } from '../command-line.ts';
import { type StandInExchange, standInExchange } from './stand-in-exchange.ts';

const document = `<?xml version="1.0" encoding="UTF-8"?>
<mitigation schema="1" id="CHAIN-2021" revision="1">
  <title>Rules, services and a pool at once</title>
  <severity>high</severity>
  <published>2026-01-01T00:00:00Z</published>
  <expires at="2030-01-01T00:00:00Z" then="remove"/>
  <description>For tests.</description>
  <sideEffects/>
  <applicability>
    <product name="exchange">
      <exceptRole>edge</exceptRole>
      <branch name="Exchange 2019 CU8" from="15.2.792.0" below="15.2.858.0"><fixedBuild>15.2.792.10</fixedBuild></branch>
    </product>
  </applicability>
  <actions>
    <service name="msexchangehm" shared="true"/>
    <service name="MSExchangeHMRecovery" shared="true"/>
    <urlRewrite><onSite name="Default Web Site"/><rewrite><rules>
      <rule name="refuse backend" stopProcessing="true"><match url=".*"/>
        <conditions><add input="{HTTP_COOKIE}" pattern="(.*)X-AnonResource-Backend(.*)"/></conditions><action type="AbortRequest"/></rule>
    </rules></rewrite></urlRewrite>
    <appPool name="MSExchangeECPAppPool"/>
  </actions>
  <evidence>
    <request name="the backend by cookie" expect="refused" url="/ecp/x.js"><header name="Cookie" value="X-AnonResource-Backend=a"/></request>
    <request name="the start page" expect="passes" url="/"/>
  </evidence>
</mitigation>
`;

/** Changes at which the agent is killed: all of them where asked, else some, before and after they are made. */
const kills = Number(process.env.STOPGAP_KILLS ?? '0');
const moments = [
  { changes: 5, made: false },
  { changes: 7, made: true },
];

let server: StandInExchange;
let file: string;
let before: ReadonlyMap<string, string>;

function open(real: boolean, language: Parameters<typeof standInExchange>[0]): void {
  server = standInExchange(language, real);
  file = path.join(server.image, '..', `${path.basename(server.image)}.xml`);
  fs.writeFileSync(file, document);
  before = server.snapshot();
}

afterEach(async () => {
  fs.rmSync(file, { force: true });
  await server.close();
});

function expectHeld(): void {
  expect(server.service('MSExchangeHM')).toMatchObject({ start: 'disabled', state: 1 });
  expect(server.service('MSExchangeHMRecovery')).toMatchObject({ start: 'disabled', state: 1 });
  expect(server.service('Monitoring Agent')).toMatchObject({ start: 'demand', state: 1 });
  expect(server.pool('msexchangeecpapppool')).toBe('Stopped');
  const read = (name: string) => fs.readFileSync(path.join(server.image, name), 'utf8');
  expect(read('inetpub/wwwroot/web.config')).toContain('refuse backend');
  expect(read('WINDOWS/system32/InetSrv/Config/applicationHost.config')).toMatch(
    /<add name="MSExchangeECPAppPool"[^>]*autoStart="false"/,
  );
}

describe('a mitigation with rules, services and a pool, on an Exchange made of files and programs', () => {
  it('stands on both hosts at once and is taken off again: bytes, start types, running states', async () => {
    open(true, 'german');
    const applied = await server.stopgap('apply', '--file', file);
    expect([applied.code, applied.err]).toEqual([0, '']);
    expectHeld();
    const { out } = await server.stopgap('status');
    expect(out).toMatch(/CHAIN-2021 +1 +(applied|protected)/);
    expect((await server.stopgap('plan')).out).toContain('nothing to do');
    expect(await server.stopgap('remove', 'CHAIN-2021')).toMatchObject({ code: 0 });
    expect(server.snapshot()).toEqual(before);
  });

  it('of the catalog shares the health services with another, which come back with the last', async () => {
    open(false, 'japanese');
    const [ecp, oab] = ['CVE-2021-27065', 'CVE-2021-26858'].map((id) =>
      path.join(checkout, 'catalog', id, 'mitigation.xml'),
    );
    for (const one of [ecp, oab]) expect(await server.stopgap('apply', '--file', one ?? '')).toMatchObject({ code: 0 });
    expect([server.pool('msexchangeecpapppool'), server.pool('msexchangeoabapppool')]).toEqual(['Stopped', 'Stopped']);
    expect(await server.stopgap('remove', 'CVE-2021-27065')).toMatchObject({ code: 0 });
    expect(server.pool('msexchangeecpapppool')).toBe('Started');
    expect(server.service('MSExchangeHM')).toMatchObject({ start: 'disabled', state: 1 });
    expect(await server.stopgap('remove', 'CVE-2021-26858')).toMatchObject({ code: 0 });
    expect(server.snapshot()).toEqual(before);
  });

  it('is all there or not at all where one host cannot do its part', async () => {
    open(false, 'french');
    // IIS refuses at the very end, when services are stopped and files are changed.
    server.refusePools(true);
    const applied = await server.stopgap('apply', '--file', file);
    expect(applied.code).toBe(1);
    expect(applied.err).toMatch(/access denied/);
    server.refusePools(false);
    expect(server.snapshot()).toEqual(before);
  });
});

describe('a kill -9 in the middle', () => {
  beforeEach(() => open(false, 'english'));

  it.each(
    kills > 0 ? Array.from({ length: kills }, (_, at) => ({ changes: 1 + (at >> 1), made: at % 2 === 1 })) : moments,
  )('at change $changes (made: $made) of applying leaves all or nothing, and the next run mends it', async (moment) => {
    server.killAt(moment);
    const killed = await server.stopgap('apply', '--file', file);
    if (!server.wasKilled()) return;
    expect(killed.code).not.toBe(0);
    server.killAt(undefined);
    expect(await server.stopgap('check')).toMatchObject({ code: 0 });
    expect(server.snapshot()).toEqual(before);
    expect(await server.stopgap('apply', '--file', file)).toMatchObject({ code: 0 });
    expectHeld();
    expect(await server.stopgap('remove', 'CHAIN-2021')).toMatchObject({ code: 0 });
    expect(server.snapshot()).toEqual(before);
  });

  it('that takes the journal along loses nothing that was there before', async () => {
    expect(await server.stopgap('apply', '--file', file)).toMatchObject({ code: 0 });
    server.loseJournal();
    expect(await server.stopgap('apply', '--file', file)).toMatchObject({ code: 0 });
    expectHeld();
    expect(await server.stopgap('remove', 'CHAIN-2021')).toMatchObject({ code: 0 });
    expect(server.snapshot()).toEqual(before);
  });

  it('of removing leaves all or nothing, and the next removal gives everything back', async () => {
    expect(await server.stopgap('apply', '--file', file)).toMatchObject({ code: 0 });
    server.killAt({ changes: 3, made: true });
    expect((await server.stopgap('remove', 'CHAIN-2021')).code).not.toBe(0);
    expect(server.wasKilled()).toBe(true);
    server.killAt(undefined);
    expect(await server.stopgap('check')).toMatchObject({ code: 0 });
    expectHeld();
    expect(await server.stopgap('remove', 'CHAIN-2021')).toMatchObject({ code: 0 });
    expect(server.snapshot()).toEqual(before);
  });
});
