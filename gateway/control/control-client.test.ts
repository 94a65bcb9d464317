import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { askReload, askStatus } from '../index.ts';

/** A control socket that answers everything with these bytes. */
async function answering(answer: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'stopgap-control-'));
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer));
  }).listen(path.join(folder, 's'));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  await once(server, 'listening');
  return path.join(folder, 's');
}

it.each([
  ['no JSON', 'HTTP/1.1 200 OK\r\n\r\nhello'],
  ['another JSON', 'HTTP/1.1 200 OK\r\n\r\n{"digest":1}'],
  ['another status', 'HTTP/1.1 302 Found\r\n\r\n'],
  ['a change of protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'],
  ['no HTTP', 'hello'],
  ['nothing', ''],
])('what answers with %s is no gateway, and is told as that', async (_name, answer) => {
  const socket = await answering(answer);
  for (const ask of [askStatus, askReload]) {
    await expect(ask(socket)).rejects.toMatchObject({ name: 'GatewayError', code: 'control-failed' });
  }
});

it('a refusal is told on one line, whatever characters are in the rules', async () => {
  const socket = await answering(
    'HTTP/1.1 422 No\r\n\r\n{"reason":"the pattern \\"a\\tb\\n\\u001b[2J\\" does not end"}',
  );
  await expect(askReload(socket)).rejects.toMatchObject({
    code: 'rules-refused',
    message: 'the pattern "a b [2J" does not end',
  });
});
