import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { look } from '../look/look.ts';
import { type Bench, makeBench } from '../testing/bench.ts';
import { documentText } from '../testing/documents.ts';
import { defaultPolicy } from './policy.ts';
import { bundleAllowance, effectiveStaleness, staleDays } from './staleness.ts';
import { writePolicy } from './store.ts';

const day = 86_400_000;

describe('staleness in policy', () => {
  it('is the smaller number of days that any level names', () => {
    const level = (stale: object) => ({ ...defaultPolicy, stale });
    expect(effectiveStaleness(level({ stopAfterDays: 10 }), level({ stopAfterDays: 60, warnAfterDays: 5 }))).toEqual({
      warnAfterDays: 5,
      stopAfterDays: 10,
    });
    expect(effectiveStaleness(level({ stopAfterDays: 60 }), level({ stopAfterDays: 7 })).stopAfterDays).toBe(7);
    expect(effectiveStaleness(defaultPolicy, defaultPolicy)).toEqual({ warnAfterDays: 0, stopAfterDays: 30 });
  });

  it('may be more than the default where one level says so and the other says nothing', () => {
    expect(effectiveStaleness(defaultPolicy, { ...defaultPolicy, stale: { stopAfterDays: 90 } }).stopAfterDays).toBe(
      90,
    );
  });

  it('counts days begun, and what a bundle is allowed goes with it', () => {
    expect([0, 1, day - 1, day, 30 * day - 1, 30 * day].map((late) => staleDays(5 * day, 5 * day + late))).toEqual([
      1, 1, 1, 2, 30, 31,
    ]);
    expect(staleDays(5 * day, 5 * day - 1)).toBe(0);
    const allowance = bundleAllowance({ warnAfterDays: 0, stopAfterDays: 30 });
    expect([staleDays(0, allowance - 1), staleDays(0, allowance)]).toEqual([30, 31]);
  });
});

describe('a stale feed', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = makeBench();
  });
  afterEach(() => bench.close());

  /** Looks `days` after the feed's freshness has run out. */
  async function lookAfter(days: number): Promise<string[]> {
    const expiresAt = bench.clock.at - days * day + 1;
    const sources = bench.parts.sources.map((source) => {
      const last = () => ({
        version: 1,
        signedAt: 0,
        ...source.last(),
        expiresAt,
        documents: source.last()?.documents ?? [],
      });
      return { ...source, last, look: async () => ({ ok: true as const, documents: last() }) };
    });
    const { status } = await look({ ...bench.parts, sources });
    return status.map(({ mitigation, revision, state, reason }) => `${mitigation} ${revision} ${state}: ${reason}`);
  }

  it('gives nothing new beyond what policy says, and says what to do', async () => {
    expect(await lookAfter(31)).toEqual([
      'M1 1 pending: feed test is stale by 31 days, and policy takes nothing new beyond 30 days; see "stopgap connectivity", or bring a newer bundle with: stopgap check --bundle FILE',
    ]);
    expect(await lookAfter(30)).toEqual([expect.stringMatching(/^M1 1 protected/)]);
  });

  it('keeps what is in force: it is proven and repaired as ever, and only not replaced', async () => {
    writePolicy(bench.parts.files, bench.parts.policyFiles.organisation, {
      ...defaultPolicy,
      stale: { stopAfterDays: 3 },
    });
    await lookAfter(0);
    bench.feed.documents.set('M1.xml', documentText('M1', { revision: 2 }));
    bench.host.things.clear();
    expect(await lookAfter(5)).toEqual([expect.stringMatching(/^M1 1 protected/)]);
    expect(bench.host.things.get('rule:M1#0')).toBe('1 enforce');
    expect(await lookAfter(0)).toEqual([expect.stringMatching(/^M1 2 protected/)]);
  });

  it('still takes off what its publisher withdrew', async () => {
    await lookAfter(0);
    bench.feed.documents.set('M1.xml', documentText('M1', { revision: 2, withdrawn: 'it broke mail' }));
    expect(await lookAfter(300)).toEqual([expect.stringMatching(/^M1 1 removed: withdrawn/)]);
  });
});
