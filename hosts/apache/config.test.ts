import { describe, expect, it } from 'vitest';
import { decodeApacheHost } from './config.ts';

const decode = (more: object) => decodeApacheHost({ kind: 'apache', ...more }, 'agent.json: hosts[0]');

describe("the host's entry in agent.json", () => {
  it('needs only its kind', () => {
    expect(decode({})).toMatchObject({ kind: 'apache' });
  });

  it('takes all that a private Apache needs', () => {
    const entry = {
      command: '/usr/sbin/apache2',
      serverRoot: '/srv/a',
      configFile: 'a.conf',
      defines: ['SSL'],
      environment: { RUN: '/run' },
      file: '/srv/a/own.conf',
      reload: 'systemctl',
      unit: 'a.service',
      observeLog: '/var/log/a.log',
    };
    expect(decode(entry)).toMatchObject({ ...entry, environment: new Map([['RUN', '/run']]) });
  });

  it.each([
    [{ file: 'own.conf' }, /hosts\[0\]\.file: expected an absolute path/],
    [{ file: '/srv/own' }, /ends with \.conf/],
    [{ file: '/srv/*.conf' }, /letters, digits/],
    [{ file: '/srv/../own.conf' }, /letters, digits/],
    [{ observeLog: '/var/log/a b.log' }, /letters, digits/],
    [{ observeLog: '/var/log/"|rm' }, /letters, digits/],
    [{ serverRoot: 'a' }, /absolute/],
    [{ defines: ['DUMP_CONFIG'] }, /defines\[0\]/],
    [{ environment: { 'A B': 'c' } }, /no name of a variable/],
    [{ sites: ['a'] }, /unknown key "sites"/],
  ])('refuses %j, naming the place', (more, message) => {
    expect(() => decode(more)).toThrow(message);
  });
});
