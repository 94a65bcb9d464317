import { createServer as createRawServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { exchange, RawClient } from '../testing/raw-client.ts';
import { canned } from '../testing/rig.ts';
import { start } from '../testing/test-rig.ts';

const silent = () => createRawServer((socket) => void socket.on('error', () => {}).resume());

describe('caps on a request', () => {
  it('refuse a header section that is too large, and one of too many fields, whichever of them a rule would look at', async () => {
    const { port, reached } = await start({ limits: { headerBytes: 2048, headerFields: 20 } });
    const large = await exchange(port, `GET / HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(4096)}\r\n\r\n`);
    expect(large).toMatch(/^HTTP\/1\.1 431 /);
    const many = await exchange(port, `GET / HTTP/1.1\r\nHost: h\r\n${'a: b\r\n'.repeat(20)}\r\n`);
    expect(many).toMatch(/^HTTP\/1\.1 431 /);
    expect(reached).toEqual([]);
  });

  it('refuse a long URL', async () => {
    const { port, reached } = await start({ limits: { urlBytes: 100 } });
    expect(await exchange(port, `GET /${'x'.repeat(100)} HTTP/1.1\r\nHost: h\r\n\r\n`)).toMatch(/^HTTP\/1\.1 414 /);
    expect(reached).toEqual([]);
  });

  it('refuse a body announced too large before the upstream hears of it', async () => {
    const { port, reached } = await start({ limits: { bodyBytes: 10 } });
    const head = 'POST / HTTP/1.1\r\nHost: h\r\n';
    expect(await exchange(port, `${head}Content-Length: 11\r\n\r\n${'x'.repeat(11)}`)).toMatch(/^HTTP\/1\.1 413 /);
    expect(reached).toEqual([]);
    const fits = await exchange(port, `${head}Connection: close\r\nContent-Length: 10\r\n\r\n${'x'.repeat(10)}`);
    expect(fits).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('cut off a chunked body once it has become too large', async () => {
    const { port } = await start({ limits: { bodyBytes: 10 } });
    const chunk = `a\r\n${'x'.repeat(10)}\r\n`;
    const text = `POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`;
    expect(await exchange(port, text)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('hold for the number of requests that wait on one connection', async () => {
    const { connect } = await start({ limits: { pipelined: 3 }, upstream: silent() });
    const requests = (count: number) => 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(count);
    const patient = connect();
    patient.write(requests(4));
    const flooding = connect();
    flooding.write(requests(5000));
    await flooding.closed;
    expect(flooding.received).toBe('');
    expect(patient.socket.destroyed).toBe(false);
    // The one that waits too many is the one that ends it, however the bytes come.
    patient.write(requests(1));
    await patient.closed;
  });

  it('hold for the number of connections too', async () => {
    const { port } = await start({ limits: { connections: 2 } });
    const clients = [new RawClient(port), new RawClient(port), new RawClient(port)];
    await Promise.race(clients.map((client) => client.closed));
    expect(clients.filter((client) => client.socket.destroyed)).toHaveLength(1);
    for (const client of clients) client.destroy();
  });
});

describe('time limits', () => {
  it('end a header section that does not come to its end', async () => {
    const { port } = await start({ limits: { headersMs: 100 } });
    expect(await exchange(port, 'GET / HTTP/1.1\r\nHost: h\r\nX-Slow')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('end a connection on which no request ever begins', async () => {
    const { port } = await start({ limits: { headersMs: 100 } });
    const client = new RawClient(port);
    await client.closed;
    expect(client.received).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
  });

  it('end a body that does not come to its end, at the upstream too', async () => {
    const { port } = await start({ limits: { headersMs: 50, requestMs: 100 } });
    await exchange(port, 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nx');
  });

  it('close a kept-alive connection that is not used', async () => {
    const { connect } = await start({ limits: { keepAliveMs: 50 } });
    const client = connect();
    client.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('close a connection on which nothing moves while a request is served', async () => {
    const { port } = await start({ upstream: silent(), limits: { idleMs: 100 } });
    expect(await exchange(port, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n')).toBe('');
  });

  it.each(['', 'Expect: 100-continue\r\nContent-Length: 1\r\n'])(
    'answer 504 when the upstream does not (%j)',
    async (fields) => {
      const { connect } = await start({ upstream: silent(), limits: { upstreamHeadersMs: 100 } });
      const client = connect();
      client.write(`POST / HTTP/1.1\r\nHost: h\r\n${fields}\r\n`);
      await client.until(/in time\n/);
      expect(client.received).toMatch(/^HTTP\/1\.1 504 /);
    },
  );

  it('cut the connection when the upstream stops in the middle of a response', async () => {
    const upstream = canned('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
    const { port } = await start({ upstream, limits: { upstreamBodyMs: 100 } });
    expect(await exchange(port, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n')).toMatch(/\r\n\r\nhalf$/);
  });
});
