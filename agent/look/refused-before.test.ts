import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Seen } from '../prove/exchange.ts';
import { type Bench, makeBench } from '../testing/bench.ts';
import { look } from './look.ts';

let bench: Bench;
beforeEach(() => {
  bench = makeBench();
});
afterEach(() => bench.close());

const answered = (status: number): Seen => ({ kind: 'answered', status, headers: {} });
const ruleStands = () => bench.host.things.has('rule:M1#0');

async function saidAfterAnHour(): Promise<string> {
  bench.clock.at += 3_600_001;
  const [row] = (await look(bench.parts)).status;
  return `${row?.state}: ${row?.reason}`;
}

describe('a server that refuses ordinary requests by itself', () => {
  it('proves nothing where attacks get no other answer, and keeps what is in force', async () => {
    bench.answers = () => answered(403);
    const said = 'applied: cannot be proven: 127.0.0.1:1: ordinary requests get the same as attacks: status 403';
    expect(await saidAfterAnHour()).toBe(said);
    expect(await saidAfterAnHour()).toBe(said);
    expect(ruleStands()).toBe(true);
  });

  it('proves what attacks get another answer for, now and an hour later, and is not said to let those pass', async () => {
    bench.answers = (url) => (url.startsWith('/attack') && ruleStands() ? { kind: 'closed' } : answered(403));
    const said = 'protected: 1 attack refused, 1 that the server refuses without it too';
    expect(await saidAfterAnHour()).toBe(said);
    expect(await saidAfterAnHour()).toBe(said);
    expect(bench.host.activations).toBe(1);
  });

  it('and has begun to since the last proof keeps what is in force: it is off only for as long as it takes to see that', async () => {
    expect(await saidAfterAnHour()).toMatch(/^protected/);
    bench.answers = (url) => (url.startsWith('/attack') && ruleStands() ? { kind: 'closed' } : answered(403));
    const said = 'protected: 1 attack refused, 1 that the server refuses without it too';
    expect(await saidAfterAnHour()).toBe(said);
    expect(ruleStands()).toBe(true);
    const activations = bench.host.activations;
    expect(await saidAfterAnHour()).toBe(said);
    expect(bench.host.activations).toBe(activations);
  });

  it('and lets them pass again is noticed: a refusal after that is the rule’s', async () => {
    bench.answers = (url) => (url.startsWith('/attack') && ruleStands() ? { kind: 'closed' } : answered(403));
    await saidAfterAnHour();
    bench.answers = (url) => (url.startsWith('/attack') && ruleStands() ? { kind: 'closed' } : answered(200));
    expect(await saidAfterAnHour()).toBe('protected: 1 attack refused, 1 ordinary request passed');
    bench.answers = () => (ruleStands() ? { kind: 'closed' } : answered(200));
    expect(await saidAfterAnHour()).toMatch(
      /^failed: the ordinary request "ordinary" does not pass .*it was taken off/,
    );
    expect(ruleStands()).toBe(false);
  });
});

it('a server that is down for maintenance is no reason to take anything off', async () => {
  await saidAfterAnHour();
  bench.answers = () => answered(503);
  expect(await saidAfterAnHour()).toBe(
    'applied: cannot be proven: 127.0.0.1:1: ordinary requests get the same as attacks: status 503',
  );
  expect(ruleStands()).toBe(true);
});

it('an attack that gets through is no less through where ordinary requests find nothing either', async () => {
  bench.answers = () => answered(404);
  expect(await saidAfterAnHour()).toMatch(/^failed: the attack "attack" was not refused at 127\.0\.0\.1:1: status 404/);
});
