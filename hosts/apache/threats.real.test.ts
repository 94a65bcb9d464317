import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autodiscover } from '../../tests/rule-hosts/actions.ts';
import { freePorts } from '../../tests/rule-hosts/free-ports.ts';
import { request } from '../../tests/rule-hosts/raw-request.ts';
import { bring } from '../../tests/rule-hosts/under-load.ts';
import { createApacheHost } from './host.ts';
import { machine } from './testing/at-work.ts';
import { type LaidOut, layOut } from './testing/lay-out.ts';
import { configFor, debianLayout, noRealApache, RealApache } from './testing/real-apache.ts';

const attack = '/autodiscover/?x=powershell';
const redirect =
  '\t<Location />\n\t\t<If "true">\n\t\t\tRedirect 302 https://elsewhere.invalid/\n\t\t</If>\n\t</Location>\n';

describe.skipIf(noRealApache)('a virtual host that would answer instead of the rules', () => {
  let at: LaidOut;
  let port: number;
  let apache: RealApache;

  beforeAll(async () => {
    [port = 0] = await freePorts(1);
    const site = `<VirtualHost *:${port}>\n\tServerName a.example\n${redirect}</VirtualHost>\n`;
    at = layOut(debianLayout([port], [['a', site]]));
    apache = await RealApache.start(at);
  });
  afterAll(async () => {
    await apache?.stop();
    at?.remove();
  });

  it('is a missing prerequisite with its place, until it is written so that the rules are asked first', async () => {
    const host = createApacheHost(configFor(at), machine);
    const survey = await host.survey();
    const place = `${at.file('sites-enabled/a.conf')}:5`;
    expect(host.accepts(autodiscover, survey)).toMatchObject({
      accepted: false,
      state: 'prerequisite-missing',
      reason: expect.stringContaining(`inside a <Location> (${place}) would answer instead of the rules; move it out`),
    });
    await bring(host, autodiscover);
    expect(await request(port, attack)).toBe(302);
    at.edit('sites-available/a.conf', (text) => text.replace('\t\t<If "true">\n', '').replace('\t\t</If>\n', ''));
    expect((await host.survey()).missing).toEqual([]);
    await host.activate();
    expect([await request(port, attack), await request(port, '/')]).toEqual([403, 302]);
  });
});
