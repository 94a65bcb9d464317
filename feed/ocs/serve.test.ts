import { createServer } from 'node:http';
import path from 'node:path';
import { systemFiles } from '@stopgap/machine';
import { describe, expect, it, onTestFinished } from 'vitest';
import { integer, sequence } from '../der.ts';
import { listening } from '../testing/site.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { serveOcs } from './serve.ts';
import { plain, signed, signedAt, timeRoot, tsa } from './testing/publisher.ts';
import { timestamp } from './testing/tsa.ts';
import { requestTimestamp } from './timestamp-request.ts';

async function served(document: string) {
  const file = path.join(temporaryFolder(), 'feed.xml');
  systemFiles.write(file, document);
  const server = await serveOcs(file, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  return { file, server };
}

describe('a served document', () => {
  it('is the signed bytes under every path, with a tag that saves sending them again', async () => {
    const document = await signed();
    const { server } = await served(document);
    const answer = await fetch(`${server.url}getexchangemitigations?v=1`);
    expect(await answer.text()).toBe(document);
    const again = await fetch(server.url, { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await fetch(server.url, { method: 'POST', body: 'x' })).status).toBe(405);
  });

  it('follows the file, and stays the last good one while the file is none', async () => {
    const { file, server } = await served(await signed());
    const next = await signed({ document: plain.replace('PING1', 'PING2') });
    systemFiles.write(file, next);
    expect(await (await fetch(server.url)).text()).toBe(next);
    systemFiles.write(file, next.slice(0, 500));
    expect(await (await fetch(server.url)).text()).toBe(next);
  });

  it('must be a signed document from the start', async () => {
    await expect(served(plain)).rejects.toMatchObject({ code: 'shape' });
    await expect(serveOcs('/nowhere/feed.xml', { host: '127.0.0.1', port: 0 })).rejects.toMatchObject({
      code: 'feed-missing',
    });
  });
});

describe('a timestamp authority', () => {
  const authority = async (reply: (query: Buffer) => { status?: number; body: Buffer }) => {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { status = 200, body } = reply(Buffer.concat(chunks));
      response.writeHead(status).end(body);
    });
    return `http://127.0.0.1:${await listening(server)}/`;
  };
  const granted = (token: Buffer, nonce: Buffer) => sequence(sequence(integer(0)), sequence(token, nonce));
  const nonceOf = (query: Buffer) => query.subarray(-11, -3);

  it('is asked for a token over the hash of the value, and its answer is taken as it is', async () => {
    const value = Buffer.from('value');
    const token = timestamp(value, { tsa, issuerName: timeRoot.name, certificates: [], at: signedAt });
    const url = await authority((query) => ({ body: granted(token, nonceOf(query)) }));
    expect((await requestTimestamp(url, value)).includes(token)).toBe(true);
  });

  it.each<[string, (query: Buffer) => { status?: number; body: Buffer }, string]>([
    ['refuses', () => ({ body: sequence(sequence(integer(2))) }), 'countersignature'],
    ['answers with an error', () => ({ status: 500, body: Buffer.alloc(0) }), 'countersignature'],
    ['answers to another question', () => ({ body: granted(integer(1), integer(1)) }), 'countersignature'],
    ['answers with something else', () => ({ body: Buffer.from('<html>') }), 'der'],
    ['answers with too much', () => ({ body: Buffer.alloc(100_000) }), 'countersignature'],
  ])('that %s is told by its address', async (_name, reply, code) => {
    await expect(requestTimestamp(await authority(reply), Buffer.from('x'))).rejects.toMatchObject({
      code,
      message: expect.stringContaining('127.0.0.1'),
    });
  });
});
