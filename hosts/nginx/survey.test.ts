import * as fs from 'node:fs';
import type { HostSurvey } from '@stopgap/agent';
import { afterEach, describe, expect, it } from 'vitest';
import { refusing } from '../../tests/rule-hosts/actions.ts';
import { type AtWork, performAll, putToWork } from './testing/at-work.ts';
import { StandInProcesses } from './testing/stand-in-processes.ts';

let at: AtWork | undefined;

afterEach(() => {
  at?.remove();
  at = undefined;
});

function work(...given: Parameters<typeof putToWork>): AtWork {
  at = putToWork(...given);
  return at;
}

const none = new Map<string, string>();
const one = refusing('one');

describe('a survey', () => {
  it('says what is there, and where it answers while it runs', async () => {
    const processes = new StandInProcesses();
    const { host, nginx, file } = work({ globalDirectives: 'pid /tmp/nowhere/pid;' }, processes.files);
    const stopped = await host.survey();
    expect(stopped).toMatchObject({ present: true, version: '1.22.1', missing: [], endpoints: [] });
    expect(stopped.detail).toBe(`nginx 1.22.1, ${file('nginx.conf')}, 2 of 2 server blocks to protect, not running`);
    expect(nginx.asked.at(-1)).toBe(`nginx -c ${file('nginx.conf')} -g pid /tmp/nowhere/pid; -t`);

    fs.writeFileSync(file('pid'), String(processes.master));
    fs.writeFileSync(file('nginx.conf'), `pid ${file('pid')};\n${fs.readFileSync(file('nginx.conf'), 'utf8')}`);
    const running = await host.survey();
    expect(running.detail).toMatch(/, running as process 4000001$/);
    expect(running.endpoints).toEqual([
      { scheme: 'http', address: '127.0.0.1', port: 18181, hostHeader: 'a.example' },
      { scheme: 'http', address: '127.0.0.1', port: 18182, hostHeader: 'b.example' },
    ]);
  });

  it('lists only the endpoints of the sites that are named, and names that are not there', async () => {
    const { host } = work({ sites: ['b.example', 'x.example'] });
    const { detail, missing } = await host.survey();
    expect(detail).toContain('1 of 2 server blocks to protect, no server block is named x.example, not running');
    expect(missing).toEqual([]);
  });

  it('says that nginx is not there', async () => {
    const { host } = work({ binary: '/opt/nothing/nginx' });
    at?.nginx.answer('-V', () => new Error('should not be thrown'));
    at?.nginx.answer('/opt/nothing/nginx -V', () => ({ code: 127, stderr: 'no nginx' }));
    expect(await host.survey()).toMatchObject({
      present: false,
      detail: 'nginx is not installed: it is not at /opt/nothing/nginx',
      missing: [{ remedy: 'install nginx, or take this host out of agent.json' }],
    });
  });

  it.each<[string, (work: AtWork) => void, string]>([
    [
      'a configuration that nginx refuses',
      ({ nginx }) =>
        nginx.answer('-t', () => ({ code: 1, stderr: 'nginx: [emerg] host not found in upstream "x" in a:1' })),
      'nginx refuses its own configuration: host not found in upstream "x" in a:1',
    ],
    [
      'a configuration that cannot be read',
      ({ file }) => fs.writeFileSync(file('sites-available/a'), 'server {'),
      'sites-available/a:1: unexpected end of file',
    ],
    [
      'an include that leads nowhere',
      ({ file }) => fs.writeFileSync(file('sites-available/a'), '\ninclude x.conf;'),
      'sites-available/a:2: ',
    ],
    [
      'files that include one another',
      ({ file }) => fs.writeFileSync(file('sites-available/a'), `include ${file('sites-available/a')};`),
      'files include one another too deep',
    ],
    [
      'a pattern that takes our files in',
      ({ file }) => fs.appendFileSync(file('nginx.conf'), 'include sto*/*;'),
      'nginx.conf:5: "include sto*/*" would take in',
    ],
    [
      'a build without maps',
      ({ nginx }) => {
        nginx.build += ' --without-http_map_module';
      },
      'this nginx was built --without-http_map_module',
    ],
    ['no http block', ({ file }) => fs.writeFileSync(file('nginx.conf'), 'events {}'), 'there is no http block'],
    ['no server block', ({ file }) => fs.writeFileSync(file('nginx.conf'), 'http {}'), 'there is no server block'],
  ])('names %s as missing, with a remedy, and then nothing is accepted', async (_, harm, what) => {
    const { host } = work();
    if (at) harm(at);
    const survey = await host.survey();
    expect(survey).toMatchObject({ present: true, endpoints: [] });
    expect(survey.missing).toMatchObject([{ what: expect.stringContaining(what), remedy: expect.any(String) }]);
    expect(host.accepts(one, survey)).toMatchObject({
      accepted: false,
      state: 'prerequisite-missing',
      reason: expect.stringContaining(what),
    });
  });

  it('gives the very command that shows what nginx objects to', async () => {
    const { host, nginx, file } = work({ globalDirectives: 'pid /run/n.pid;' });
    nginx.answer('-t', () => ({ code: 1, stderr: 'nginx: [emerg] x' }));
    const remedy = `correct it until this succeeds: nginx -c ${file('nginx.conf')} -g 'pid /run/n.pid;' -t`;
    expect((await host.survey()).missing).toMatchObject([{ remedy }]);
  });

  it('names sites of which none is there', async () => {
    const { host } = work({ sites: ['x.example', 'y.example'] });
    expect((await host.survey()).missing).toMatchObject([{ what: 'no server block is named x.example or y.example' }]);
  });

  it('does not blame the admin for a configuration that our own damaged part makes invalid', async () => {
    const { host, nginx, file } = work();
    await performAll(host, await host.plan([one], none));
    nginx.answer('-t', () => ({ code: 1, stderr: 'nginx: [emerg] unknown "stopgap_one" variable' }));
    expect((await host.survey()).missing).toHaveLength(1);
    fs.rmSync(file('stopgap/http.conf'));
    expect((await host.survey()).missing).toEqual([]);
  });
});

describe('an action', () => {
  const survey: HostSurvey = { present: true, detail: '', missing: [], endpoints: [] };

  it('is accepted when it is made of rules that nginx can hold', () => {
    const { host } = work();
    expect(host.accepts(one, survey)).toEqual({ accepted: true, notes: [] });
    const unsupported = { accepted: false, state: 'unsupported' };
    expect(host.accepts({ ...one, mitigation: 'TEST-unsupported' }, survey)).toMatchObject(unsupported);
    expect(host.accepts({ ...one, action: { kind: 'appPool', name: 'x' } }, survey)).toMatchObject(unsupported);
    expect(host.accepts(one, { ...survey, present: false, detail: 'gone' })).toMatchObject({ state: 'not-applicable' });
    expect(host.holds).toEqual(['urlRewrite']);
  });

  it('is shown as what it becomes, and where', async () => {
    const { host, file } = work();
    await host.plan([], none);
    const parts = host.render(one);
    expect(parts.map(({ where }) => where)).toEqual([
      file('stopgap/http.conf'),
      file('stopgap/server.conf'),
      'top of the http block',
      'top of each protected server block',
    ]);
    expect(parts.map(({ text }) => text).join('')).toContain(`include ${file('stopgap')}/server.con[f]; # stopgap\n`);
  });
});
