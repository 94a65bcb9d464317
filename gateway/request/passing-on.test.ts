import { createServer } from 'node:http';
import { createServer as createRawServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { exchange } from '../testing/raw-client.ts';
import { echoed } from '../testing/rig.ts';
import { start } from '../testing/test-rig.ts';

const get = (target: string, more = '') =>
  `GET ${target} HTTP/1.1\r\nHost: mail.example.org\r\nConnection: close\r\n${more}\r\n`;

describe('a request on its way to the upstream', () => {
  it.each([
    '/',
    '/a//b/./../c',
    '/%2e%2E/%70owershell?x=%00&y=a+b&&=',
    "/owa/auth.owa?a=1#not-a-fragment'",
    '//evil.example/x',
    '/a\\b|{}^`"<>',
  ])('keeps its target byte for byte: %s', async (target) => {
    const { port } = await start();
    expect(echoed(await exchange(port, get(target))).url).toBe(target);
  });

  it('has an absolute-form target turned into origin form, whose authority outranks Host', async () => {
    const { port } = await start();
    const seen = echoed(await exchange(port, get('http://other.example:81/a%20b?c')));
    expect(seen.url).toBe('/a%20b?c');
    expect(seen.fields.slice(0, 2)).toEqual(['host', 'other.example:81']);
    expect(echoed(await exchange(port, get('HTTP://other.example'))).url).toBe('/');
    expect(echoed(await exchange(port, get('http://other.example?q'))).url).toBe('/?q');
  });

  it('loses hop-by-hop fields and those that Connection lists, and keeps everything else in order, twice where it came twice', async () => {
    const { port } = await start();
    const fields = [
      'X-First: 1',
      'Connection: X-Listed , close',
      'X-Listed: secret',
      'Keep-Alive: timeout=5',
      'Proxy-Authorization: Basic eA==',
      'Proxy-Connection: keep-alive',
      'TE: trailers, deflate',
      'X-Twice: a',
      'X-Twice: b',
      'Accept: */*',
    ];
    const request = `GET / HTTP/1.1\r\nHost: h\r\n${fields.join('\r\n')}\r\n\r\n`;
    const seen = echoed(await exchange(port, request));
    expect(seen.fields).toEqual(
      [
        ['host', 'h'],
        ['connection', 'keep-alive'],
        ['X-First', '1'],
        ['te', 'trailers'],
        ['X-Twice', 'a'],
        ['X-Twice', 'b'],
        ['Accept', '*/*'],
        ['x-forwarded-for', '127.0.0.1'],
        ['x-forwarded-proto', 'http'],
        ['x-forwarded-host', 'h'],
      ].flat(),
    );
  });

  it('streams its body with its own length or chunked, never both', async () => {
    const { port } = await start();
    const counted = echoed(
      await exchange(port, 'POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc'),
    );
    expect([
      counted.body,
      counted.fields.includes('content-length'),
      counted.fields.includes('transfer-encoding'),
    ]).toEqual(['abc', true, false]);
    const chunked = echoed(
      await exchange(
        port,
        'PUT / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2;x=y\r\nbc\r\n0\r\n\r\n',
      ),
    );
    expect([
      chunked.body,
      chunked.fields.includes('content-length'),
      chunked.fields.includes('transfer-encoding'),
    ]).toEqual(['abc', false, true]);
  });

  it('reaches the upstream piece by piece, before its body is whole', async () => {
    let seen = '';
    const { connect } = await start({
      upstream: (request, response) => {
        request.on('data', (chunk) => {
          seen += chunk;
          if (seen === 'first') response.write('got the first');
        });
        request.on('end', () => response.end(', and the rest'));
      },
    });
    const client = connect();
    client.write('POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n');
    await client.until(/got the first/);
    client.write('4\r\nlast\r\n0\r\n\r\n');
    await client.until(/and the rest/);
    expect(seen).toBe('firstlast');
  });

  it('does not pile up in the gateway when the upstream reads slowly', async () => {
    const { connect, upstream } = await start({ upstream: createRawServer((socket) => void socket.pause()) });
    const client = connect();
    const size = 64 * 1024 * 1024;
    client.write(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${size}\r\n\r\n`);
    const chunk = Buffer.alloc(64 * 1024);
    let sent = 0;
    // Writes for as long as anybody takes more; stops when 200 ms pass with nothing taken.
    for (let taken = true; taken && sent < size; ) {
      sent += chunk.length;
      if (client.socket.write(chunk)) continue;
      taken = await Promise.race([
        new Promise<boolean>((resolve) => client.socket.once('drain', () => resolve(true))),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 200)),
      ]);
    }
    expect(upstream.listening).toBe(true);
    expect(sent).toBeLessThan(size / 2);
  });

  it('carries trailer fields both ways', async () => {
    const { port } = await start({
      upstream: (request, response) => {
        request.resume();
        request.on('end', () => {
          response.writeHead(200, { trailer: 'x-sum' });
          response.write(JSON.stringify({ trailers: request.rawTrailers }));
          response.addTrailers({ 'x-sum': '42' });
          response.end();
        });
      },
    });
    const received = await exchange(
      port,
      'POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTrailer: X-Check\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Check: 7\r\n\r\n',
    );
    expect(echoed(received).trailers).toEqual(['X-Check', '7']);
    expect(received).toMatch(/trailer: x-sum\r\n[\s\S]*\r\n0\r\nx-sum: 42\r\n\r\n$/i);
    const plain = await exchange(port, get('/'));
    expect(plain).toMatch(/\r\n0\r\nx-sum: 42\r\n\r\n$/i);
  });

  it('waits for the upstream to agree when it expects 100-continue', async () => {
    const upstream = createServer();
    upstream.on('checkContinue', (request, response) => {
      if (request.url === '/no') {
        response.writeHead(413, { connection: 'close' });
        response.end();
        return;
      }
      response.writeContinue();
      request.on('data', (chunk) => response.end(`took ${chunk}`));
    });
    const { connect } = await start({ upstream });
    const head = (url: string) =>
      `POST ${url} HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n`;
    const yes = connect();
    yes.write(head('/yes'));
    expect(await yes.until(/\r\n\r\n/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    yes.write('abc');
    await yes.until(/took abc/);
    const no = connect();
    no.write(head('/no'));
    await no.closed;
    expect(no.received).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('may be OPTIONS *', async () => {
    const { port } = await start();
    const seen = echoed(await exchange(port, 'OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'));
    expect([seen.method, seen.url]).toEqual(['OPTIONS', '*']);
  });

  it('stops at the upstream too when the client goes away in the middle of its body', async () => {
    let told: (how: string) => void = () => {};
    const ended = new Promise<string>((resolve) => {
      told = resolve;
    });
    const { connect } = await start({
      upstream: (request) => {
        request.on('end', () => told('whole'));
        request.on('error', () => told('cut'));
        request.once('data', () => client.destroy());
      },
    });
    const client = connect();
    client.write('POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
    expect(await ended).toBe('cut');
  });

  it('is given up at the upstream when the client goes away while waiting', async () => {
    let gone: () => void = () => {};
    const noticed = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const { connect } = await start({
      upstream: (_request, response) => {
        response.on('close', gone);
        client.destroy();
      },
    });
    const client = connect();
    client.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    await noticed;
  });
});
