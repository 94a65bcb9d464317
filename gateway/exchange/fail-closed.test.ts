import { createServer } from 'node:http';
import { parseRewrite } from '@stopgap/rewrite';
import { describe, expect, it } from 'vitest';
import { exchange } from '../testing/raw-client.ts';
import { powershell } from '../testing/rig.ts';
import { start } from '../testing/test-rig.ts';

const get = (target: string, more = '') => `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${more}\r\n`;

describe('a rule that cannot be evaluated', () => {
  const broken = (where: 'inbound' | 'outbound') => {
    const fail = () => {
      throw new Error('broken rule');
    };
    return {
      parse: () => ({ rules: [], globalRules: [], outboundRules: [] }) as never,
      compile: () => ({
        bodies: false,
        inbound: where === 'inbound' ? fail : () => ({ outcome: 'pass' as const }),
        outbound: where === 'outbound' ? fail : () => undefined,
      }),
    };
  };

  it('refuses the request, never lets it through', async () => {
    const engine = { ...broken('inbound'), parse: () => anyRule };
    const { port, reached, logged } = await start({ engine, rules: [powershell] });
    expect(await exchange(port, get('/owa/'))).toMatch(/^HTTP\/1\.1 500 /);
    expect(reached).toEqual([]);
    expect(logged.some((line) => line.fields.reason === 'broken rule')).toBe(true);
  });

  it('holds the response back when it is one for responses', async () => {
    const engine = { ...broken('outbound'), parse: () => anyRule };
    const { port } = await start({ engine, rules: [powershell], upstream: createServer((_q, r) => r.end('secret')) });
    const received = await exchange(port, get('/owa/'));
    expect(received).toMatch(/^HTTP\/1\.1 502 /);
    expect(received).not.toContain('secret');
  });

  it.each([
    ['a path that would break the request line', { outcome: 'rewrite', url: '/a b' }],
    ['another server', { outcome: 'rewrite', url: 'http://evil.example/' }],
    ['a location with a line break', { outcome: 'redirect', status: 302, location: '/a\r\nX: y' }],
    ['a status that is none', { outcome: 'custom', status: 42, subStatus: 0, reason: '', body: '' }],
    ['an interim status', { outcome: 'custom', status: 100, subStatus: 0, reason: '', body: '' }],
    [
      'a field that frames the request',
      { outcome: 'pass', changes: { requestHeaders: new Map([['content-length', '9']]), serverVariables: new Map() } },
    ],
  ])('or that comes to %s, refuses it too', async (_name, verdict) => {
    const inbound = () => ({ ...verdict, by: { owner: 'o', rule: 'r' } }) as never;
    const engine = { parse: () => anyRule, compile: () => ({ inbound, bodies: false, outbound: () => undefined }) };
    const { port, reached } = await start({ engine, rules: [powershell] });
    const received = await exchange(port, get('/'));
    expect(received).toMatch(/^HTTP\/1\.1 500 /);
    expect(received).not.toMatch(/\r\nX: y/);
    expect(reached).toEqual([]);
  });

  it.each([
    ['', ''],
    [' that Node’s own client sends', 'Expect: 100-continue\r\n'],
  ])(
    'or whose outcome cannot be sent on costs one request%s, also while it waits, and no place at the server behind',
    async (_name, more) => {
      const changes = { requestHeaders: new Map([['x-made', '\u0001']]), serverVariables: new Map() };
      const inbound = ({ url }: { url: string }) =>
        url.startsWith('/bad') ? { outcome: 'pass', changes } : { outcome: 'pass' };
      const engine = {
        parse: () => anyRule,
        compile: () => ({ inbound: inbound as never, bodies: false, outbound: () => undefined }),
      };
      const held: (() => void)[] = [];
      const { port, reached } = await start({
        engine,
        rules: [powershell],
        limits: { upstreamConnections: 1 },
        upstream: createServer((request, response) => {
          if (request.url === '/hold') held.push(() => response.end('held'));
          else response.end('served');
        }),
      });
      for (let n = 0; n < 3; n++) expect(await exchange(port, get(`/bad${n}`, more))).not.toMatch(/^HTTP\/1\.1 200 /);
      const first = exchange(port, get('/hold', more));
      await expect.poll(() => held.length).toBe(1);
      const waiting = [exchange(port, get('/bad', more)), exchange(port, get('/last', more))];
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (const release of held) release();
      expect(await first).toContain('held');
      const [bad, last] = await Promise.all(waiting);
      expect(bad).not.toMatch(/ 200 /);
      expect(last).toContain('served');
      expect(reached).toEqual(['GET /hold', 'GET /last']);
    },
  );
});

/** A configuration with one enabled rule of each direction, for engines that never look at it. */
const anyRule = parseRewrite(
  `<rewrite><rules><rule name="in" stopProcessing="true"><match url=".*"/><action type="AbortRequest"/></rule></rules>
    <outboundRules><rule name="out"><match serverVariable="RESPONSE_X" pattern="."/><action type="Rewrite" value=""/></rule></outboundRules></rewrite>`,
);
