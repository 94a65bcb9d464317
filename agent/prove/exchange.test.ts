import * as net from 'node:net';
import { type Evidence, inlineXsd, parseMitigation } from '@stopgap/mitigation';
import { afterEach, describe, expect, it } from 'vitest';
import { documentText } from '../testing/documents.ts';
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
  it('has its target exactly as documented, the host header of the endpoint unless it names one, and the mark', async () => {
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
          { name: 'hOst', value: 'other' },
        ],
        body: 'x=1',
      }),
    );
    expect(seen.split('\r\n')).toEqual([
      'POST /a/../b%2F%00?q=%70 HTTP/1.1',
      'Host: other',
      'Cookie: a=b',
      'Stopgap-Probe: M1',
      'Connection: close',
      'Content-Length: 3',
      '',
      'x=1',
    ]);
  });

  it('goes to the site of the endpoint where it names none', async () => {
    let seen = '';
    await send((socket, received) => {
      seen = received;
      socket.end();
    });
    expect(seen.split('\r\n')[1]).toBe('Host: site.example');
  });

  it('sees a connection that is closed, or reset, without an answer', async () => {
    expect(await send((socket) => socket.end())).toEqual({ kind: 'closed' });
    expect(await send((socket) => socket.resetAndDestroy())).toEqual({ kind: 'closed' });
  });

  it('sees the head of an answer and does not wait for its body', async () => {
    const seen = await send((socket) => socket.write('HTTP/1.1 418 No\r\nX-A: b\r\nContent-Length: 1000000\r\n\r\n'));
    expect(seen).toMatchObject({ kind: 'answered', status: 418, headers: { 'x-a': 'b' } });
  });

  it('sees a change of protocol as the answer that it is', async () => {
    const seen = await send((socket) => socket.write('HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'));
    expect(seen).toMatchObject({ kind: 'answered', status: 101 });
  });

  it('tells nobody there from refused', async () => {
    expect(
      await sendEvidence({ scheme: 'http', address: '127.0.0.1', port: 1, hostHeader: 'x' }, evidence(), 'M1'),
    ).toMatchObject({ kind: 'unreachable' });
  });
});

describe('the judgement', () => {
  const answered = (status: number, headers = {}) => ({ kind: 'answered', status, headers }) as const;
  const header = `<urlRewrite><onSite name="Default Web Site"/><rewrite><outboundRules><rule name="csp" preCondition="html">
    <match serverVariable="RESPONSE_Content_Security_Policy" pattern="(.*)"/><action type="Rewrite" value="{R:1}; 'none'"/></rule>
    <preConditions><preCondition name="html"><add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html"/></preCondition></preConditions>
    </outboundRules></rewrite></urlRewrite>`;
  const promise = `<evidence><request name="page" expect="passes" url="/"><responseHeader name="Content-Security-Policy" contains="'none'"/></request></evidence>`;
  const plain = parseMitigation(documentText('M1'), inlineXsd);
  const patching = parseMitigation(
    documentText('M2', { actions: header }).replace('</mitigation>', `${promise}</mitigation>`),
    inlineXsd,
  );

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
  ] as const)('%s, seen %o, before %o: %s', async (expectation, seen, before, holds) => {
    expect(judgeEvidence(await plain, evidence({}, expectation), seen, before).holds).toBe(holds);
  });

  it('wants the response headers that a rule promises, from answers that the rule changes', async () => {
    const mitigation = await patching;
    const [page] = mitigation.evidence;
    if (!page) throw new Error('no evidence');
    const judged = (status: number, headers: Record<string, string>) =>
      judgeEvidence(mitigation, page, answered(status, headers), undefined);
    expect(judged(200, { 'content-type': 'text/html', 'content-security-policy': "x 'none'" })).toEqual({
      holds: true,
    });
    expect(judged(200, { 'content-type': 'text/html', 'content-security-policy': 'x' }).holds).toBe(false);
    expect(judged(302, { 'content-type': 'text/plain' })).toEqual({
      holds: 'unknown',
      seen: '"page" is answered with status 302, text/plain, which the rule does not change',
    });
  });
});
