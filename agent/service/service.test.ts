import * as fs from 'node:fs';
import path from 'node:path';
import { type Clock, systemClock } from '@stopgap/machine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, makeBench } from '../testing/bench.ts';
import { documentText } from '../testing/documents.ts';
import { askService, serveControl, serviceRuns } from './control.ts';
import { tryLock, waitForLock, whenFree } from './lock.ts';
import { runService } from './service.ts';

let bench: Bench;
beforeEach(() => {
  bench = makeBench();
});
afterEach(() => bench.close());

/** Runs the service on the bench until `work` is done. `hint` is what the feed's push would call. */
async function withService(
  work: (at: { socket: string; hint: () => void }) => Promise<void>,
  clock: Clock = systemClock,
): Promise<void> {
  const stopping = new AbortController();
  let hint = () => {};
  const follow = (onHint: () => void, signal: AbortSignal) => {
    hint = onHint;
    return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  };
  const sources = bench.parts.sources.map((source) => ({ ...source, follow }));
  const socket = path.join(bench.folder, 'agent.sock');
  const options = {
    lockFile: path.join(bench.folder, 'lock.sqlite'),
    socketFile: socket,
    every: 3_600_000,
    random: () => 0.5,
    signal: stopping.signal,
  };
  const ready = Promise.withResolvers<void>();
  const running = runService({ ...bench.parts, sources, clock }, { ...options, onReady: ready.resolve });
  await Promise.race([ready.promise, running]);
  try {
    await work({ socket, hint: () => hint() });
  } finally {
    stopping.abort();
    await running;
  }
}

describe('the service', () => {
  it('looks at once, and again as soon as the feed hints', async () => {
    await withService(async ({ hint }) => {
      expect([...bench.host.things.keys()]).toEqual(['rule:M1#0']);
      bench.feed.documents.set('M2.xml', documentText('M2'));
      hint();
      await expect.poll(() => bench.host.things.has('rule:M2#0')).toBe(true);
    });
  });

  it('loses no hint that comes while it looks', async () => {
    await withService(async ({ hint }) => {
      bench.host.before = () => {
        bench.host.before = () => {};
        bench.feed.documents.set('M3.xml', documentText('M3'));
        hint();
      };
      bench.feed.documents.set('M2.xml', documentText('M2'));
      hint();
      await expect.poll(() => bench.host.things.has('rule:M3#0')).toBe(true);
    });
  });

  it('looks ever more seldom for hints that bring nothing, as anybody may have sent them, and at once for news again', async () => {
    const gaps: number[] = [];
    const sleep = async (ms: number, signal?: AbortSignal) => {
      if (ms > 60_000) return await systemClock.sleep(ms, signal);
      gaps.push(ms);
    };
    const clock = { ...bench.clock, elapsed: () => 0, sleep };
    await withService(async ({ hint }) => {
      const hintUntil = async (most: number) => {
        const done = () => {
          hint();
          return gaps.length;
        };
        await expect.poll(done, { interval: 5, timeout: 30_000 }).toBeGreaterThan(most);
      };
      await hintUntil(11);
      bench.feed.version = 2;
      const from = gaps.length;
      await hintUntil(from + 2);
      expect(gaps.slice(0, 10)).toEqual([200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000]);
      expect(gaps.slice(from)).toContain(200);
    }, clock);
  });

  it('answers requests on its socket, one after the other', async () => {
    await withService(async ({ socket }) => {
      expect(await serviceRuns(socket)).toBe(true);
      const requests = ['a', 'b', 'c'].map((reason) =>
        askService(socket, { ask: 'block', actor: 'me', id: 'M1', reason, keep: false }),
      );
      expect((await Promise.all(requests)).map((answer) => answer?.ok)).toEqual([true, true, true]);
      expect(bench.host.things.size).toBe(0);
    });
  });

  it('refuses to run twice on one state folder', async () => {
    await withService(async () => {
      await expect(withService(async () => {})).rejects.toThrow(expect.objectContaining({ code: 'busy' }));
    });
  });

  it('goes on after a look that failed as a whole, and says so', async () => {
    await withService(async ({ hint }) => {
      const { things } = bench.host;
      bench.host.before = () => {
        throw new Error('access denied');
      };
      bench.feed.documents.set('M2.xml', documentText('M2'));
      hint();
      await expect.poll(() => bench.parts.journal.note('trouble')).toBe('access denied');
      bench.host.before = () => {};
      hint();
      await expect.poll(() => bench.parts.journal.note('trouble')).toBe('');
      expect(things.has('rule:M1#0')).toBe(true);
    });
  });
});

describe('the service, when its journal cannot be read', () => {
  it('goes on, and looks again', async () => {
    await withService(async ({ hint }) => {
      const { journal } = bench.parts;
      let refused = 0;
      for (const name of ['status', 'sources'] as const) {
        journal[name] = () => {
          refused++;
          throw new Error('disk I/O error');
        };
      }
      hint();
      await expect.poll(() => refused).toBeGreaterThan(2);
      Reflect.deleteProperty(journal, 'status');
      Reflect.deleteProperty(journal, 'sources');
      bench.feed.documents.set('M2.xml', documentText('M2'));
      const seen = () => {
        hint();
        return bench.host.things.has('rule:M2#0');
      };
      await expect.poll(seen, { timeout: 30_000 }).toBe(true);
    });
  });
});

describe('the service, while its feed cannot be reached', () => {
  it('looks again after 5 s, 15 s, 1 min and 5 min, says in the journal when, and goes on as usual once it is back', async () => {
    const waits: number[] = [];
    const announced: string[] = [];
    const sleep = async (ms: number, signal?: AbortSignal) => {
      if (ms < 1000) return await systemClock.sleep(ms, signal);
      waits.push(ms);
      announced.push(bench.parts.journal.note('next-look') ?? '');
      if (waits.length === 4) bench.feed.trouble = undefined;
      await systemClock.sleep(ms >= 3_600_000 ? 60_000 : 1, signal);
    };
    const clock = { ...systemClock, now: () => bench.clock.at, sleep };
    bench.feed.trouble = 'no such host';
    await withService(async () => {
      await expect.poll(() => waits, { timeout: 15_000 }).toEqual([5000, 15_000, 60_000, 300_000, 3_600_000]);
      expect(announced).toEqual(waits.map((ms) => String(bench.clock.at + ms)));
      expect(bench.parts.journal.sources()[0]?.trouble).toBeUndefined();
    }, clock);
  });
});

describe('the lock', () => {
  it('is held by one at a time and freed when released', async () => {
    const file = path.join(bench.folder, 'lock.sqlite');
    const first = tryLock(file);
    expect(first).toBeDefined();
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(tryLock(file)).toBeUndefined();
    await expect(waitForLock(file, { ...bench.clock, elapsed: systemClock.elapsed }, 10)).rejects.toThrow(
      expect.objectContaining({ code: 'busy' }),
    );
    first?.release();
    const second = tryLock(file);
    expect(second).toBeDefined();
    second?.release();
  });

  it('is not waited for where a service that holds it has begun to listen meanwhile', async () => {
    const [file, socket] = [path.join(bench.folder, 'lock.sqlite'), path.join(bench.folder, 'agent.sock')];
    const starting = tryLock(file);
    let close: (() => Promise<void>) | undefined;
    const request = { ask: 'look', actor: 'me' } as const;
    const attempt = async () => {
      const served = await askService(socket, request);
      if (!served) close ??= await serveControl(socket, async () => ({ ok: true, said: 'by the service', done: [] }));
      return served ?? tryLock(file);
    };
    expect(await whenFree(attempt, systemClock, 60_000)).toMatchObject({ said: 'by the service' });
    await close?.();
    starting?.release();
  });
});
