import { createServer } from 'node:http';
import { createServer as createRawServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { exchange } from '../testing/raw-client.ts';
import { canned } from '../testing/rig.ts';
import { start } from '../testing/test-rig.ts';

const get = 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n';
const kept = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';

describe('an upstream that fails', () => {
  it.each([
    ['an ordinary request', get],
    ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'],
    ['an upgrade', 'GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'],
  ])('is 502 when it answers %s with a change of protocol and does not say to which', async (_name, request) => {
    const { port } = await start({ upstream: canned('HTTP/1.1 101 Go\r\n\r\n') });
    expect(await exchange(port, request)).toMatch(/^HTTP\/1\.1 502 /);
  });

  it('is 502 when nobody listens, and served again when somebody does', async () => {
    const upstream = createServer((_request, response) => response.end('back'));
    const { port, config } = await start({ upstream });
    const { port: upstreamPort } = new URL(config.upstream);
    await new Promise((resolve) => upstream.close(resolve));
    expect(await exchange(port, get)).toMatch(/^HTTP\/1\.1 502 [\s\S]*cannot be reached\n$/);
    await new Promise<void>((resolve) => upstream.listen(Number(upstreamPort), '127.0.0.1', resolve));
    expect(await exchange(port, get)).toMatch(/^HTTP\/1\.1 200 [\s\S]*back$/);
  });

  it.each([
    ['closes without an answer', ''],
    ['does not speak HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['switches protocols unasked', 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'],
    ['gives two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['breaks lines in a field', 'HTTP/1.1 200 OK\r\nX: a\r\n b\rc\r\nContent-Length: 0\r\n\r\n'],
    ['says more than we read', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}\r\nContent-Length: 0\r\n\r\n`],
  ])('is 502 when it %s', async (_name, response) => {
    const { port, logged } = await start({ upstream: canned(response, 'close') });
    const received = await exchange(port, get);
    expect(received).toMatch(/^HTTP\/1\.1 502 /);
    expect(received).not.toMatch(/127\.0\.0\.1|undici|UND_ERR/);
    expect(logged.some((line) => line.message === 'the server behind failed')).toBe(true);
  });

  it('never sends a length beside chunks', async () => {
    const upstream = canned(
      'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      'close',
    );
    const { port } = await start({ upstream });
    const received = await exchange(port, get);
    expect(/content-length/i.test(received) && /transfer-encoding/i.test(received)).toBe(false);
    expect(received).not.toMatch(/\r\n\r\nhel$/);
  });

  it('cannot pass half a response off as a whole one', async () => {
    const counted = await start({ upstream: canned('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', 'close') });
    expect(await exchange(counted.port, get)).toMatch(/content-length: 10[\s\S]*\r\n\r\nhalf$/i);
    await counted.close();
    const chunks = await start({
      upstream: canned('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n', 'close'),
    });
    expect(await exchange(chunks.port, get)).toMatch(/half\r\n$/);
  });
});

describe('a request that waits for a connection to the upstream', () => {
  const url = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: h\r\n${more}\r\n`;

  it.each([
    ['', ''],
    [' that Node\u2019s own client sends', 'Expect: 100-continue\r\n'],
  ])('%s is forgotten with its client, and the next is served', async (_name, more) => {
    const held: (() => void)[] = [];
    const { connect, reached, upstreamConnections } = await start({
      limits: { upstreamConnections: 1 },
      upstream: (request, response) => {
        if (request.url === '/hold') held.push(() => response.end('held'));
        else response.end(`<${request.url}>`);
      },
    });
    const first = connect();
    first.write(url('/hold', more));
    await expect.poll(() => held.length).toBe(1);
    const gone = Array.from({ length: 20 }, () => connect());
    for (const client of gone) client.write(url('/gone', more));
    const last = connect();
    last.write(url('/last', more));
    // All have been read once the last of them has been answered by the gateway itself.
    const other = connect();
    other.write('GET / HTTP/1.1\r\nHost: [\r\n\r\n');
    expect(await other.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 400 /);
    for (const client of gone) client.destroy();
    await Promise.all(gone.map((client) => client.closed));
    // A turn more for the gateway to hear of it.
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const release of held) release();
    expect(await last.until(/<\/last>/)).toMatch(/HTTP\/1\.1 200 /);
    expect(reached).toEqual(['GET /hold', 'GET /last']);
    expect(upstreamConnections()).toBe(more === '' ? 1 : 2);
  });
});

describe('a request on a connection that the upstream has just closed', () => {
  /** Answers the first request of the first connection and closes at the second; later connections answer. */
  function closing(seen: string[]) {
    let connections = 0;
    return createRawServer((socket) => {
      const first = connections++ === 0;
      let requests = 0;
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        seen.push(chunk.toString().split('\r\n')[0] ?? '');
        if (first && requests++ > 0) socket.destroy();
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      });
    });
  }

  it('is sent once more when it is a GET, on a new connection', async () => {
    const seen: string[] = [];
    const { connect } = await start({ upstream: closing(seen) });
    const client = connect();
    client.write(kept);
    await client.until(/ok$/);
    client.write(kept);
    await client.until(/ok[\s\S]*ok$/);
    expect(seen).toHaveLength(3);
  });

  it('is not sent again when it may have had an effect', async () => {
    const seen: string[] = [];
    const { connect } = await start({ upstream: closing(seen) });
    const client = connect();
    client.write(kept);
    await client.until(/ok$/);
    client.write('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx');
    await client.until(/502 /);
    expect(seen.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });

  it('is not sent again when it broke a fresh connection: it may be what broke it', async () => {
    const seen: string[] = [];
    const upstream = createRawServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        seen.push(String(chunk));
        socket.destroy();
      });
    });
    const { port } = await start({ upstream });
    expect(await exchange(port, get)).toMatch(/^HTTP\/1\.1 502 /);
    expect(seen).toHaveLength(1);
  });
});
