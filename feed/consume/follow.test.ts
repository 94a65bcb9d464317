import type { ServerResponse } from 'node:http';
import { systemClock } from '@stopgap/machine';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addTarget, publishFeed, serveFeed, tufSource } from '../index.ts';
import { madeFeed } from '../testing/feed.ts';
import { SimulatedRepository } from '../testing/repository.ts';
import { serveSite } from '../testing/site.ts';
import { temporaryFolder } from '../testing/temporary.ts';

const repository = await SimulatedRepository.released();

/** A push channel under the test's command, and a follower on it whose clock runs a thousand times as fast. */
async function following(answer: (response: ServerResponse, attempt: number) => void) {
  const streams: ServerResponse[] = [];
  const waits: number[] = [];
  const site = await serveSite(new Map(), (request, response) => {
    if (request.url !== '/events') return false;
    streams.push(response);
    answer(response, streams.length);
    return true;
  });
  const sleep = (ms: number, signal?: AbortSignal) => {
    waits.push(ms);
    return systemClock.sleep(ms / 1000, signal);
  };
  const clock = { ...systemClock, sleep, elapsed: () => systemClock.elapsed() * 1000 };
  const config = {
    name: 'test',
    url: site.url,
    root: repository.root,
    stateFolder: temporaryFolder(),
    proxy: 'direct',
  };
  let hints = 0;
  const stop = new AbortController();
  const ended = tufSource(config, { clock }).follow(() => {
    hints += 1;
  }, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await ended;
  });
  return { streams, waits, ended, stop, hints: () => hints };
}

/** Polls for as long as a busy machine may take. */
const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 15_000, interval: 10 });

const eventStream = { 'content-type': 'text/event-stream' };
const look = (version: number) => `event: look\nid: ${version}\ndata: ${version}\n\n`;

describe('following the push channel', () => {
  it('hints at the version that is out, then at each new one', async () => {
    const { streams, hints } = await following((response) => response.writeHead(200, eventStream).write(look(1)));
    await eventually(hints).toBe(1);
    streams[0]?.write(look(2));
    await eventually(hints).toBe(2);
  });

  it('does not hint again at what it knows, as after a reconnection', async () => {
    const { streams, hints } = await following((response, attempt) => {
      response.writeHead(200, eventStream).write(look(attempt < 3 ? 7 : 8));
      if (attempt < 3) setTimeout(() => response.end(), 5);
    });
    await eventually(() => streams.length).toBe(3);
    await eventually(hints).toBe(2);
  });

  it('hints after the feed could not be reached, whatever its version', async () => {
    const { hints, streams } = await following((response, attempt) => {
      if (attempt === 2) response.destroy();
      else response.writeHead(200, eventStream).write(look(7));
      if (attempt === 1) setTimeout(() => response.end(), 5);
    });
    await eventually(() => streams.length).toBe(3);
    await eventually(hints).toBe(2);
  });

  it('joins a storm of hints into a few', async () => {
    const storm = Array.from({ length: 5000 }, (_, version) => look(version)).join('');
    const { streams, hints, waits } = await following((response) => response.writeHead(200, eventStream).write(storm));
    await eventually(hints).toBeGreaterThan(0);
    streams[0]?.write(look(9999));
    await eventually(hints).toBeGreaterThan(1);
    expect(waits.length).toBeLessThan(50);
    expect(hints()).toBeLessThan(50);
  });

  it('spreads its look over the time that a large crowd is asked for, but not for ever', async () => {
    const event = (spread: number) => `event: look\nid: ${spread}\nspread: ${spread}\ndata: 1\n\n`;
    const { streams, hints, waits } = await following((response) =>
      response.writeHead(200, eventStream).write(event(7000)),
    );
    await eventually(hints).toBe(1);
    streams[0]?.write(event(99_999_999));
    await eventually(hints).toBe(2);
    expect(waits).toHaveLength(2);
    expect(waits[0]).toBeLessThanOrEqual(7000);
    expect(waits[1]).toBeLessThanOrEqual(10_000);
  });

  it('reads events in pieces, with other line ends and fields', async () => {
    const { streams, hints } = await following((response) =>
      response.writeHead(200, eventStream).write(':\n\nretry: 5\n'),
    );
    await eventually(() => streams.length).toBe(1);
    for (const piece of ['eve', 'nt: lo', 'ok\r', '\nid: 1\r\n', 'data: x\r\n\r\n', 'event: other\n\n']) {
      await systemClock.sleep(2);
      streams[0]?.write(piece);
    }
    await eventually(hints).toBe(1);
  });

  it('leaves a channel that sends a line without end', async () => {
    const { streams, hints } = await following((response) =>
      response.writeHead(200, eventStream).write('x'.repeat(100_000)),
    );
    await eventually(() => streams.length).toBeGreaterThan(1);
    expect(hints()).toBe(0);
  });

  it('reconnects ever more slowly, never all at one instant', async () => {
    const { streams, waits } = await following((response) => response.writeHead(503).end());
    await eventually(() => streams.length).toBeGreaterThan(6);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_500);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(500);
    expect(new Set(waits).size).toBe(waits.length);
  });

  it('comes back no sooner than a server without room asks it to, within an hour', async () => {
    const said = ['120', '99999999', 'Sun, 22 Nov 2026 07:00:00 GMT'];
    const { waits } = await following((response, attempt) =>
      response.writeHead(503, { 'retry-after': said[attempt - 1] ?? '0' }).end(),
    );
    await eventually(() => waits.length).toBeGreaterThan(2);
    expect(waits[0]).toBeGreaterThanOrEqual(120_000);
    expect(waits[0]).toBeLessThanOrEqual(180_000);
    expect(waits[1]).toBe(3_600_000);
    expect(waits[2]).toBeLessThan(60_500);
  });

  it('tries only once an hour where there is no push channel', async () => {
    const { waits } = await following((response) => response.writeHead(404).end());
    await eventually(() => waits).toEqual([3_600_000]);
  });

  it('ends when it is told to, while connected and while waiting', async () => {
    const connected = await following((response) => response.writeHead(200, eventStream).write(look(1)));
    await eventually(connected.hints).toBe(1);
    connected.stop.abort();
    await connected.ended;
    const waiting = await following((response) => response.writeHead(404).end());
    await eventually(() => waiting.waits.length).toBe(1);
    waiting.stop.abort();
    await waiting.ended;
  });
});

describe('a publication', () => {
  it('reaches a follower over a real server, and its look finds the new document', async () => {
    const { folder, root, signing } = await madeFeed();
    const server = await serveFeed(folder, { host: '127.0.0.1', port: 0 });
    onTestFinished(() => server.close());
    const source = tufSource({
      name: 'test',
      url: server.url,
      root: root.bytes,
      stateFolder: temporaryFolder(),
      proxy: 'direct',
    });
    const stop = new AbortController();
    let hintedAt = 0;
    let hints = 0;
    const ended = source.follow(() => {
      hints += 1;
      hintedAt = performance.now();
    }, stop.signal);
    await eventually(() => hints).toBe(1);
    await systemClock.sleep(1000);
    await addTarget(folder, 'b.xml', Buffer.from('<b/>'));
    await publishFeed(folder, signing);
    const publishedAt = performance.now();
    await eventually(() => hints).toBe(2);
    const look = await source.look();
    expect(look.ok && look.documents.documents.map(({ name }) => name)).toEqual(['b.xml', 'exchange/a.xml']);
    console.log(`hint ${(hintedAt - publishedAt).toFixed(1)} ms after publication`);
    stop.abort();
    await ended;
  });
});
