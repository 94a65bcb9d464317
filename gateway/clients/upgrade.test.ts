import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { exchange } from '../testing/raw-client.ts';
import { echoed, powershell } from '../testing/rig.ts';
import { start } from '../testing/test-rig.ts';
import { mayUpgrade } from './upgrades.ts';

/** Switches to whatever is asked for, says how the upgrade was asked for, and sends back what it gets. */
function switching(greeting = ''): Server {
  const server = createServer((request, response) => response.end(JSON.stringify({ fields: request.rawHeaders })));
  server.on('upgrade', (request, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {});
    if (request.url === '/no') {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nX-Why: origin\r\n\r\nno');
      return;
    }
    const accept = createHash('sha1').update(
      `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`,
    );
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${request.headers.upgrade}\r\nSec-WebSocket-Accept: ${accept.digest('base64')}\r\n\r\n${greeting}`,
    );
    if (head.length > 0) socket.write(head);
    socket.on('data', (chunk) => socket.write(chunk));
    socket.on('end', () => socket.end());
  });
  return server;
}

const upgrade = (target: string, protocol = 'websocket', after = '') =>
  `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n${after}`;

describe('an upgrade', () => {
  it('joins client and upstream, with the bytes that came early on either side', async () => {
    const { connect } = await start({ upstream: switching('hello ') });
    const client = connect();
    client.write(upgrade('/ws', 'websocket', 'early '));
    await client.until(/hello early $/);
    expect(client.received).toMatch(/^HTTP\/1\.1 101 [\s\S]*Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/i);
    client.received = '';
    client.write('ping');
    await client.until(/^ping$/);
  });

  it('carries a WebSocket of Node’s own client', async () => {
    const { port } = await start({ upstream: switching() });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    socket.close();
  });

  it('ends on the other side when it ends on one', async () => {
    const { connect } = await start({ upstream: switching() });
    const client = connect();
    client.write(upgrade('/ws'));
    await client.until(/\r\n\r\n/);
    client.socket.end('bye');
    await client.closed;
    expect(client.received).toMatch(/bye$/);
  });

  it('whose client has already finished ends as well', async () => {
    const { connect, upstreamOpen } = await start({ upstream: switching() });
    const client = connect();
    client.socket.end(upgrade('/ws', 'websocket', 'last words'));
    await client.closed;
    expect(client.received).toMatch(/last words$/);
    while (upstreamOpen() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('sent behind a request that is not answered yet is taken for an ordinary request', async () => {
    const { connect } = await start({
      upstream: (request, response) => void setTimeout(() => response.end(`<${request.url}>`), 20),
    });
    const client = connect();
    client.write(`GET /slow HTTP/1.1\r\nHost: h\r\n\r\n${upgrade('/ws')}`);
    await client.until(/<\/slow>[\s\S]*<\/ws>$/);
    expect(client.received).not.toContain('101');
  });

  it('that the upstream refuses is answered as it answers', async () => {
    const { port } = await start({ upstream: switching() });
    expect(await exchange(port, upgrade('/no'))).toMatch(
      /^HTTP\/1\.1 403 Forbidden\r\n[\s\S]*x-why: origin\r\n[\s\S]*\r\nno$/i,
    );
  });

  it('is judged by rules like any request', async () => {
    const { port, reached } = await start({ upstream: switching(), rules: [powershell] });
    expect(await exchange(port, upgrade('/autodiscover?powershell'))).toBe('');
    expect(reached).toEqual([]);
  });

  it('to HTTP/2 is not made: requests inside it would pass the rules by', async () => {
    const { connect } = await start({ upstream: switching() });
    const client = connect();
    client.write(
      'GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n\r\n',
    );
    const received = await client.until(/\}$/);
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(echoed(received).fields.join(' ')).not.toMatch(/upgrade|h2c|http2/i);
  });

  it('is closed when nothing moves in it, and with the gateway', async () => {
    const { connect, gateway } = await start({ upstream: switching(), limits: { tunnelIdleMs: 50 } });
    const idle = connect();
    idle.write(upgrade('/ws'));
    await idle.closed;
    expect(idle.received).toMatch(/^HTTP\/1\.1 101 /);
    await gateway.close();
  });

  it('does not outlive the gateway', async () => {
    const { connect, gateway } = await start({ upstream: switching() });
    const client = connect();
    client.write(upgrade('/ws'));
    await client.until(/\r\n\r\n/);
    await gateway.close();
    await client.closed;
  });
});

describe('mayUpgrade', () => {
  it.each(['h2c', 'H2C', 'h2', 'HTTP/2.0', 'http/1.1', 'TLS/1.0', 'websocket, h2c', 'SPDY/3', ''])(
    'never allows what carries HTTP: %s',
    (protocol) => expect(mayUpgrade(protocol, ['*', protocol])).toBe(false),
  );

  it('allows any other by default, and only the listed ones where they are listed', () => {
    expect(mayUpgrade('websocket', ['*'])).toBe(true);
    expect(mayUpgrade('foo/2', ['*'])).toBe(true);
    expect(mayUpgrade('WebSocket', ['websocket'])).toBe(true);
    expect(mayUpgrade('foo', ['websocket'])).toBe(false);
    expect(mayUpgrade('websocket, foo', ['websocket'])).toBe(false);
  });
});
