import * as net from 'node:net';
import type { Evidence } from '@stopgap/mitigation';
import { afterEach, describe, expect, it } from 'vitest';
import { sendEvidence } from './exchange.ts';
import { judgeEvidence } from './judge-evidence.ts';

let server: net.Server | undefined;
afterEach(() => server?.close());

const evidence = (
  changes: Partial<Evidence['request']> = {},
  expectation: Evidence['expect'] = 'refused',
): Evidence => ({
  name: 'one',
  expect: expectation,
  request: { method: 'GET', url: '/a/../b%2F%00?q=%70', headers: [], body: '', ...changes },
  responseHeaders: [],
});

/** A server that hands what it received to `answer` and closes. */
async function send(answer: (socket: net.Socket, received: string) => void, one = evidence()) {
  server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => answer(socket, data.toString('latin1')));
  });
  const { port } = await new Promise<net.AddressInfo>((resolve) =>
    server?.listen(0, '127.0.0.1', () => resolve(server?.address() as net.AddressInfo)),
  );
  return sendEvidence({ scheme: 'http', address: '127.0.0.1', port, hostHeader: 'site.example' }, one, 'M1');
}

describe('evidence on the wire', () => {
  it('has its target exactly as documented, our host header and the mark', async () => {
    let seen = '';
    await send(
      (socket, received) => {
        seen = received;
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      },
      evidence({
        method: 'POST',
        headers: [
          { name: 'Cookie', value: 'a=b' },
          { name: 'Host', value: 'other' },
        ],
        body: 'x=1',
      }),
    );
    expect(seen.split('\r\n')).toEqual([
      'POST /a/../b%2F%00?q=%70 HTTP/1.1',
      'Host: site.example',
      'Cookie: a=b',
      'Stopgap-Probe: M1',
      'Connection: close',
      'Content-Length: 3',
      '',
      'x=1',
    ]);
  });

  it('sees a connection that is closed, or reset, without an answer', async () => {
    expect(await send((socket) => socket.end())).toEqual({ kind: 'closed' });
    expect(await send((socket) => socket.resetAndDestroy())).toEqual({ kind: 'closed' });
  });

  it('sees the head of an answer and does not wait for its body', async () => {
    const seen = await send((socket) => socket.write('HTTP/1.1 418 No\r\nX-A: b\r\nContent-Length: 1000000\r\n\r\n'));
    expect(seen).toMatchObject({ kind: 'answered', status: 418, headers: { 'x-a': 'b' } });
  });

  it('tells nobody there from refused', async () => {
    expect(
      await sendEvidence({ scheme: 'http', address: '127.0.0.1', port: 1, hostHeader: 'x' }, evidence(), 'M1'),
    ).toMatchObject({ kind: 'unreachable' });
  });
});

describe('the judgement', () => {
  const answered = (status: number, headers = {}) => ({ kind: 'answered', status, headers }) as const;
  const codes = new Set([403]);

  it.each([
    ['refused', { kind: 'closed' }, undefined, true],
    ['refused', answered(403), undefined, true],
    ['refused', answered(200), undefined, false],
    ['refused', { kind: 'unreachable', reason: 'x' }, undefined, 'unknown'],
    ['passes', answered(200), undefined, true],
    ['passes', answered(404), answered(404), true],
    ['passes', { kind: 'closed' }, answered(200), false],
    ['passes', answered(403), answered(200), false],
    ['passes', answered(403), answered(403), true],
    ['passes', answered(502), answered(200), false],
    ['passes', answered(502), answered(502), true],
    ['passes', { kind: 'timed-out' }, answered(200), 'unknown'],
  ] as const)('%s, seen %o, before %o: %s', (expectation, seen, before, holds) => {
    expect(judgeEvidence(evidence({}, expectation), seen, before, codes).holds).toBe(holds);
  });

  it('wants the response headers that a rule promises', () => {
    const one = {
      ...evidence({}, 'passes'),
      responseHeaders: [{ name: 'Content-Security-Policy', contains: "'none'" }],
    };
    expect(judgeEvidence(one, answered(200, { 'content-security-policy': "x 'none'" }), undefined, codes).holds).toBe(
      true,
    );
    expect(judgeEvidence(one, answered(200), undefined, codes).holds).toBe(false);
  });
});
