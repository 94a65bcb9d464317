import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Bench, makeBench } from '../testing/bench.ts';
import { noteStaleFeeds } from './stale-feeds.ts';

const day = 86_400_000;
let bench: Bench;
beforeEach(() => {
  bench = makeBench();
});
afterEach(() => bench.close());

const said = () =>
  bench.parts.journal
    .history(100)
    .map(({ event, detail }) => `${event} ${detail}`)
    .reverse();
const expireIn = (days: number) =>
  bench.parts.journal.putSource({
    name: 'own',
    version: 1,
    signed: 0,
    expires: bench.clock.at + days * day,
    looked: bench.clock.at,
    trouble: undefined,
  });
const note = (days: number) => {
  expireIn(days);
  noteStaleFeeds(bench.parts, { warnAfterDays: 2, stopAfterDays: 10 });
};

it('says once that a feed is stale, and once that nothing new is taken from it', () => {
  for (const days of [1, -1, -2.5, -3, -9, -10.5, -20]) note(days);
  expect(said()).toEqual([
    'feed-stale own: nobody has vouched for it for 3 days; what is in force stays',
    'feed-stale own: nobody has vouched for it for 11 days; nothing new is applied from it; what is in force stays',
  ]);
});

it('says it again when the feed was fresh in between', () => {
  for (const days of [-3, 1, -3]) note(days);
  expect(said()).toHaveLength(2);
});
