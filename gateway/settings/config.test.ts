import { systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { defaultLimits, parseGatewayConfig, readGatewayConfig } from '../index.ts';

const least = {
  listen: { host: '0.0.0.0', port: 8080 },
  upstream: 'http://127.0.0.1:8081/',
  rulesFile: '/var/lib/stopgap/gateway-rules.json',
  controlSocket: '/run/stopgap/gateway.sock',
};

const parse = (change: object) => parseGatewayConfig(JSON.stringify({ ...least, ...change }), 'gateway.json');

describe('the configuration', () => {
  it('needs little and has safe defaults', () => {
    expect(parse({})).toEqual({
      ...least,
      upstream: 'http://127.0.0.1:8081',
      forwarded: 'replace',
      upgrades: ['*'],
      limits: defaultLimits,
    });
  });

  it('takes what is given', () => {
    const given = {
      forwarded: 'append',
      ownRules: '/etc/stopgap/own.xml',
      tls: { certFile: '/c', keyFile: '/k' },
      upstream: 'https://mail.internal',
      upstreamTls: { caFile: '/ca', serverName: 'mail.internal' },
      upgrades: ['websocket'],
      limits: { bodyBytes: 1000 },
    };
    expect(parse(given)).toMatchObject({ ...given, limits: { ...defaultLimits, bodyBytes: 1000 } });
  });

  it.each([
    ['a misspelt key', { upstrem: 'x' }, /gateway\.json: unknown key "upstrem"; known are .*upstream/],
    ['a misspelt limit', { limits: { bodybytes: 1 } }, /gateway\.json: limits: unknown key "bodybytes"/],
    ['a limit out of bounds', { limits: { headerBytes: 1 } }, /limits\.headerBytes: expected a whole number from 1024/],
    ['a limit with a unit', { limits: { idleMs: '5s' } }, /limits\.idleMs: expected a whole number/],
    ['an upstream with a path', { upstream: 'http://a/owa' }, /upstream: expected the origin .*no path/],
    ['an upstream with a user', { upstream: 'http://u:p@a' }, /upstream: expected the origin/],
    ['an upstream of another scheme', { upstream: 'ftp://a' }, /upstream: expected the origin/],
    [
      'a port that is none',
      { listen: { host: 'a', port: 70000 } },
      /listen\.port: expected a whole number from 0 to 65535/,
    ],
    ['another word', { forwarded: 'keep' }, /forwarded: expected one of "append", "replace"/],
  ])('is refused with the place and the remedy: %s', (_name, change, message) => {
    expect(() => parse(change)).toThrowError(message);
    expect(() => parse(change)).toThrowError(expect.objectContaining({ code: 'invalid-config' }));
  });

  it('that is not there is refused by name', () => {
    expect(() => readGatewayConfig('/nowhere/gateway.json', systemFiles)).toThrowError(
      /\/nowhere\/gateway\.json: there is no such file/,
    );
  });
});
