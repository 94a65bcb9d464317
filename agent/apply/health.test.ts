import * as net from 'node:net';
import { systemCommands } from '@stopgap/machine';
import { expect, it } from 'vitest';
import { parseAgentConfig } from '../config.ts';
import { failingHealth } from './health.ts';

it('a health check that answers byte by byte, and never ends, is over in time', async () => {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
    const drip = setInterval(() => socket.write('x'), 20);
    socket.on('close', () => clearInterval(drip));
  });
  const { port } = await new Promise<net.AddressInfo>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(server.address() as net.AddressInfo)),
  );
  const url = `http://127.0.0.1:${port}/`;
  expect(await failingHealth([{ url }], systemCommands, 300)).toBe(
    `health check: ${url}: no answer within 0.3 seconds`,
  );
  server.close();
});

it('a health check that is answered with a change of protocol has an end, and fails', async () => {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write('HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'));
  });
  const { port } = await new Promise<net.AddressInfo>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(server.address() as net.AddressInfo)),
  );
  const url = `http://127.0.0.1:${port}/`;
  expect(await failingHealth([{ url }], systemCommands)).toBe(
    `health check: ${url} ended the connection in place of an answer`,
  );
  server.close();
});

it('a health check that hangs is over in time too', async () => {
  const command = [process.execPath, '-e', 'setTimeout(() => {}, 60000)'];
  expect(await failingHealth([{ command }], systemCommands, 300)).toMatch(/no end after 300 ms; it was killed/);
});

it.each([
  [{ url: 'localhost/health' }, 'health[0].url: expected a web address'],
  [{ url: 'file:///etc/passwd' }, 'health[0].url: expected a web address'],
  [{ command: [] }, 'health[0].command: expected a program'],
])('a health check that can never succeed is refused when it is read: %o', (check, message) => {
  const config = JSON.stringify({ hosts: [], health: [check] });
  expect(() => parseAgentConfig(config, '/state')).toThrow(message);
});
