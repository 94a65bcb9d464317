import { describe, expect, it } from 'vitest';
import type { SourceTrouble } from '../source.ts';
import { type Outcome, Patience } from './pause.ts';

const hour = 3_600_000;
const even = () => 0.5;
const feed = (step?: SourceTrouble['step'], failed = false) => ({
  troubles: new Map(step === undefined ? [] : [['own', step] as const]),
  failed,
});
const inRow = (patience: Patience, times: number, outcome: Outcome) =>
  Array.from({ length: times }, () => patience.next(outcome, hour, even));

describe('the pause before the next look', () => {
  it('is the regular one while all goes well', () => {
    expect(inRow(new Patience(), 2, feed())).toEqual([hour, hour]);
  });

  it.each(['dns', 'tcp', 'proxy', 'tls', 'http', 'content', 'disk'] as const)(
    'after a failure of %s is 5 s, 15 s, 1 min, 5 min, and then the regular one',
    (step) => {
      expect(inRow(new Patience(), 6, feed(step))).toEqual([5000, 15_000, 60_000, 300_000, hour, hour]);
    },
  );

  it.each(['signature', 'rollback', 'expired', 'configuration'] as const)(
    'after a refusal for %s is longer from the start',
    (step) => {
      expect(inRow(new Patience(), 5, feed(step))).toEqual([60_000, 300_000, 1_800_000, hour, hour]);
    },
  );

  it('begins anew once the feed has been verified again', () => {
    const patience = new Patience();
    inRow(patience, 4, feed('tcp'));
    expect(patience.next(feed(), hour, even)).toBe(hour);
    expect(patience.next(feed('tcp'), hour, even)).toBe(5000);
  });

  it('is that of the feed which has failed least often, each being counted for itself', () => {
    const patience = new Patience();
    inRow(patience, 4, feed('tcp'));
    const both = { troubles: new Map([['own', 'tcp'] as const, ['web', 'http'] as const]), failed: false };
    expect(inRow(patience, 2, both)).toEqual([5000, 15_000]);
  });

  it('after looks that fail as a whole is never longer than five minutes', () => {
    expect(inRow(new Patience(), 5, feed(undefined, true))).toEqual([5000, 15_000, 60_000, 300_000, 300_000]);
  });

  it('is spread from half of it to one and a half, and never beyond the regular one', () => {
    expect(new Patience().next(feed('tcp'), hour, () => 0)).toBe(2500);
    expect(new Patience().next(feed('tcp'), hour, () => 0.75)).toBe(6250);
    expect(new Patience().next(feed('tcp'), 1000, even)).toBe(1000);
  });
});
