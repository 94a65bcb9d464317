import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { systemFiles } from '@stopgap/machine';
import { expect, it, onTestFinished } from 'vitest';
import { post } from './webhook.ts';

it('a webhook that is answered with a change of protocol has an end, and failed', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write('HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/secret`;
  const target = {
    kind: 'webhook',
    name: 'n',
    about: [],
    timeoutMs: 60_000,
    url,
    tokenFile: undefined,
    caFile: undefined,
  } as const;
  await expect(post(target, { id: '1' } as never, systemFiles)).rejects.toThrow(
    `127.0.0.1:${port}: ended the connection in place of an answer`,
  );
});
