import { describe, expect, it } from 'vitest';
import { exchange } from '../testing/raw-client.ts';
import { canned } from '../testing/rig.ts';
import { start } from '../testing/test-rig.ts';

const get = (target: string, more = '') =>
  `GET ${target} HTTP/1.1\r\nHost: mail.example.org\r\nConnection: close\r\n${more}\r\n`;

describe('a response on its way to the client', () => {
  it('keeps every Set-Cookie a field of its own, and values that are not ASCII', async () => {
    const { port } = await start({
      upstream: canned(
        'HTTP/1.1 200 Fine \xfc\r\nSet-Cookie: a=1\r\nX: \xe4\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok',
      ),
    });
    const received = await exchange(port, get('/'));
    expect(received).toMatch(/set-cookie: a=1\r\nset-cookie: b=2\r\n/i);
    expect(received).toContain('\xe4\r\n');
    expect(received).toMatch(/\r\n\r\nok$/);
  });

  it('loses the hop-by-hop fields of the upstream and those that its Connection lists', async () => {
    const { port } = await start({
      upstream: canned(
        'HTTP/1.1 200 OK\r\nConnection: X-Inner, close\r\nX-Inner: 1\r\nKeep-Alive: timeout=9\r\nUpgrade: h2c\r\nX-Kept: 1\r\nContent-Length: 0\r\n\r\n',
      ),
    });
    const received = await exchange(port, get('/'));
    expect(received).toMatch(/x-kept: 1/i);
    expect(received).not.toMatch(/x-inner|keep-alive|upgrade/i);
  });

  it('has the length of HEAD and 304 and the body of neither', async () => {
    const { connect } = await start({
      upstream: (request, response) => {
        if (request.url === '/304') response.writeHead(304, { etag: '"x"' });
        else if (request.url === '/204') response.writeHead(204);
        else response.setHeader('content-length', '5');
        response.end(request.url === '/' ? 'hello' : undefined);
      },
    });
    const client = connect();
    client.write('HEAD / HTTP/1.1\r\nHost: h\r\n\r\n');
    expect(await client.until(/\r\n\r\n$/)).toMatch(/content-length: 5\r\n/i);
    client.received = '';
    client.write('GET /304 HTTP/1.1\r\nHost: h\r\n\r\n');
    expect(await client.until(/\r\n\r\n$/)).toMatch(/^HTTP\/1\.1 304 [\s\S]*etag: "x"/);
    client.received = '';
    client.write('GET /204 HTTP/1.1\r\nHost: h\r\n\r\n');
    expect(await client.until(/\r\n\r\n$/)).toMatch(/^HTTP\/1\.1 204 /);
    client.received = '';
    client.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    expect(await client.until(/hello$/)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('may be preceded by 103 Early Hints', async () => {
    const { port } = await start({
      upstream: (_request, response) => {
        response.writeEarlyHints({ link: '</a.css>; rel=preload' }, () => response.end('ok'));
      },
    });
    expect(await exchange(port, get('/'))).toMatch(
      /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>; rel=preload\r\n\r\nHTTP\/1\.1 200 OK/i,
    );
    expect(await exchange(port, 'GET / HTTP/1.0\r\nHost: h\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it.each(['', 'Expect: 100-continue\r\nContent-Length: 0\r\n'])(
    'does without Early Hints that are none (%j)',
    async (fields) => {
      const { port } = await start({
        upstream: canned(
          'HTTP/1.1 103 Early Hints\r\nLink: none\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
        ),
      });
      expect(await exchange(port, get('/', fields))).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*ok$/);
    },
  );

  it('reaches a client of HTTP/1.0 without chunks, ended by the end of the connection', async () => {
    const { port } = await start({
      upstream: (_request, response) => {
        response.write('a');
        response.end('b');
      },
    });
    const received = await exchange(port, 'GET / HTTP/1.0\r\nHost: h\r\n\r\n');
    expect(received).toMatch(/\r\n\r\nab$/);
    expect(received).not.toMatch(/chunked/i);
  });

  it('of an upstream that ends it by closing is whole for the client', async () => {
    const { port } = await start({ upstream: canned('HTTP/1.0 200 OK\r\n\r\nall of it', 'close') });
    expect(await exchange(port, get('/'))).toMatch(/\r\n9\r\nall of it\r\n0\r\n\r\n$/);
  });

  it('does not pile up in the gateway when the client reads slowly', async () => {
    const size = 64 * 1024 * 1024;
    let sent = 0;
    const { connect } = await start({
      upstream: (_request, response) => {
        const chunk = Buffer.alloc(64 * 1024);
        const more = () => {
          while (sent < size) {
            sent += chunk.length;
            if (!response.write(chunk)) return;
          }
        };
        response.on('drain', more);
        more();
      },
    });
    const client = connect();
    client.socket.pause();
    client.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    let before = -1;
    while (before !== sent) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(size / 2);
  });

  it('that comes before the request is whole reaches the client, and its connection stays in step', async () => {
    const { connect } = await start({
      upstream: (request, response) => {
        if (request.method === 'GET') response.end('next');
        else response.writeHead(401, { 'content-length': '4' }).end('gone');
      },
    });
    const client = connect();
    client.write(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(50_000)}`);
    await client.until(/gone$/);
    expect(client.received).toMatch(/^HTTP\/1\.1 401 /);
    client.write(`${'x'.repeat(50_000)}GET /next HTTP/1.1\r\nHost: h\r\n\r\n`);
    await client.until(/next$/);
  });
});
