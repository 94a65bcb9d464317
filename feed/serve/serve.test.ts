import { symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { type Files, type Log, silentLog, systemFiles } from '@stopgap/machine';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addTarget, publishFeed, type ServeOptions, serveFeed } from '../index.ts';
import { madeFeed } from '../testing/feed.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { descriptorsLeft } from './descriptors.ts';

/** A feed with one document, served until the test ends. */
async function served(options: Partial<ServeOptions> = {}) {
  const { folder, signing } = await madeFeed();
  const server = await serveFeed(folder, { host: '127.0.0.1', port: 0, ...options });
  onTestFinished(() => server.close());
  return { folder, server, signing };
}

/** One request, with its path sent as it is written here. */
function ask(port: number, path: string, options: http.RequestOptions = {}) {
  return new Promise<{ status: number; headers: http.IncomingHttpHeaders; body: string }>((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path, agent: false, ...options }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    request.on('error', reject).end();
  });
}

/** Opens an event stream; `next` resolves with each further piece of it. */
async function listen(port: number) {
  const request = http.get({ host: '127.0.0.1', port, path: '/events', agent: false });
  const response = await new Promise<http.IncomingMessage>((resolve) => request.on('response', resolve));
  onTestFinished(() => void request.destroy());
  const chunks = response[Symbol.asyncIterator]();
  return { response, next: async () => String((await chunks.next()).value) };
}

const elsewhere = [
  '/feed.json',
  '/keys/root.pem',
  '/metadata/../keys/root.pem',
  '/metadata/../../feed.json',
  '/metadata/%2e%2e/%2e%2e/feed.json',
  '/metadata/..%2f..%2ffeed.json',
  '/targets/..%5c..%5cfeed.json',
  '/metadata//timestamp.json',
  '/metadata/.hidden.json',
  '/metadata/%2ehidden.json',
  '/metadata/timestamp.json%00',
  '/metadata/timestamp.json/',
  '/metadata/link.json',
  '/metadata/up/feed.json',
  '/metadata',
  '/',
  '/metadata/%E0%A4%A',
  `/metadata/${'a'.repeat(2000)}`,
  'http://elsewhere.example/feed.json',
];

describe('a served feed', () => {
  it('gives the timestamp anew each time, and what bears a version or a hash for ever', async () => {
    const { server } = await served();
    const timestamp = await ask(server.port, '/metadata/timestamp.json');
    expect(timestamp.status).toBe(200);
    expect(timestamp.headers).toMatchObject({ 'cache-control': 'no-cache', 'content-type': 'application/json' });
    const targets = await ask(server.port, '/metadata/2.targets.json');
    expect(targets.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(Object.keys(JSON.parse(targets.body).signed.targets)).toEqual(['exchange/a.xml', 'log/targets/1.jsonl']);
    const { sha256 } = JSON.parse(targets.body).signed.targets['exchange/a.xml'].hashes;
    const document = await ask(server.port, `/targets/exchange/${sha256}.a.xml`);
    expect(document).toMatchObject({ status: 200, body: '<a/>' });
    expect(document.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it('answers 304 without a body while the tag is the same, and 200 once it is not', async () => {
    const { folder, server, signing } = await served();
    const { etag = '' } = (await ask(server.port, '/metadata/timestamp.json')).headers;
    const headers = { 'if-none-match': etag };
    expect(await ask(server.port, '/metadata/timestamp.json', { headers })).toMatchObject({ status: 304, body: '' });
    await addTarget(folder, 'b.xml', Buffer.from('<b/>'));
    await publishFeed(folder, signing);
    expect((await ask(server.port, '/metadata/timestamp.json', { headers })).status).toBe(200);
  });

  it('answers HEAD with the length and no body', async () => {
    const { server } = await served();
    const { body } = await ask(server.port, '/metadata/timestamp.json');
    const head = await ask(server.port, '/metadata/timestamp.json', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers['content-length']).toBe(String(body.length));
  });

  it('gives nothing away elsewhere', async () => {
    const { folder, server } = await served();
    const metadata = path.join(folder, 'repository/metadata');
    writeFileSync(path.join(metadata, '.hidden.json'), 'hidden');
    symlinkSync(path.join(folder, 'feed.json'), path.join(metadata, 'link.json'));
    symlinkSync(folder, path.join(metadata, 'up'));
    const answers = await Promise.all(elsewhere.map(async (place) => [place, (await ask(server.port, place)).status]));
    expect(answers).toEqual(elsewhere.map((place) => [place, 404]));
  });

  it('takes no other method', async () => {
    const { server } = await served();
    const answer = await ask(server.port, '/metadata/timestamp.json', { method: 'PUT' });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('refuses headers without end', async () => {
    const { server } = await served();
    const headers = { 'x-long': 'x'.repeat(20_000) };
    expect((await ask(server.port, '/metadata/timestamp.json', { headers })).status).toBe(431);
  });

  it('says who has the port when it is taken', async () => {
    const { folder, server } = await served();
    await expect(serveFeed(folder, { host: '127.0.0.1', port: server.port })).rejects.toMatchObject({
      code: 'address-in-use',
      message: expect.stringContaining(`127.0.0.1:${server.port}`),
    });
  });

  it('answers 503 while files cannot be read, says so, and goes on', async () => {
    let failing = false;
    const said: string[] = [];
    const log: Log = { ...silentLog, error: (message) => void said.push(message) };
    const files: Files = {
      ...systemFiles,
      read: (file, most) => {
        if (failing) throw new Error('EMFILE: too many open files');
        return systemFiles.read(file, most);
      },
    };
    const { server } = await served({ files, log });
    failing = true;
    const answer = await ask(server.port, '/metadata/timestamp.json');
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5', 'cache-control': 'no-store' } });
    failing = false;
    expect((await ask(server.port, '/metadata/timestamp.json')).status).toBe(200);
    expect(said).toEqual(['a file of the feed cannot be read']);
  });

  it('leaves descriptors for its files, whatever the crowd', () => {
    const saying = (text: string): Files => ({
      ...systemFiles,
      read: () => ({ bytes: Buffer.from(text), mode: 0o444, uid: 0, gid: 0 }),
    });
    expect(descriptorsLeft(saying('Limit  Soft\nMax open files            20000      20000     files\n'))).toBe(19_500);
    expect(descriptorsLeft(saying('Max open files            unlimited  unlimited files\n'))).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(descriptorsLeft(saying(''))).toBe(Number.POSITIVE_INFINITY);
  });

  it('is not served where there is none', async () => {
    const missing = serveFeed(temporaryFolder(), { host: '127.0.0.1', port: 0 });
    await expect(missing).rejects.toMatchObject({ code: 'feed-missing' });
  });
});

describe('the push channel', () => {
  it('says at once which version is out, then each new one', async () => {
    const { folder, server, signing } = await served();
    const { response, next } = await listen(server.port);
    expect(response.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    expect(await next()).toBe('event: look\nid: 2\ndata: 2\n\n');
    await addTarget(folder, 'b.xml', Buffer.from('<b/>'));
    await publishFeed(folder, signing);
    expect(await next()).toBe('event: look\nid: 3\ndata: 3\n\n');
  });

  it('forgets listeners that have gone', async () => {
    const { server } = await served();
    const { response, next } = await listen(server.port);
    await next();
    expect(server.listeners).toBe(1);
    response.destroy();
    await expect.poll(() => server.listeners, { timeout: 15_000 }).toBe(0);
  });

  it('turns listeners away politely where there is no room, and goes on giving files to all', async () => {
    const { server } = await served({ maxConnections: 3 });
    const open = [await listen(server.port), await listen(server.port)];
    for (const { next } of open) await next();
    const turnedAway = await ask(server.port, '/events');
    expect(turnedAway).toMatchObject({ status: 503, headers: { 'retry-after': '60', connection: 'close' } });
    expect((await ask(server.port, '/metadata/timestamp.json')).status).toBe(200);
    expect(server.listeners).toBe(2);
  });

  it('turns away connections beyond the most, and says so', async () => {
    const said: string[] = [];
    const log: Log = { ...silentLog, warn: (message) => void said.push(message) };
    const { server } = await served({ maxConnections: 2, log });
    const { next } = await listen(server.port);
    await next();
    const silent = net.connect(server.port, '127.0.0.1');
    onTestFinished(() => void silent.destroy());
    await new Promise((resolve) => silent.once('connect', resolve));
    await expect(ask(server.port, '/metadata/timestamp.json')).rejects.toThrow();
    await expect(ask(server.port, '/metadata/timestamp.json')).rejects.toThrow();
    expect(said).toEqual([expect.stringContaining('others are turned away')]);
  });

  it('does not wait for listeners when it is closed', async () => {
    const { server } = await served();
    const { next } = await listen(server.port);
    await next();
    await server.close();
    const refused = new Promise((resolve) => net.connect(server.port, '127.0.0.1').on('error', resolve));
    expect(await refused).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
