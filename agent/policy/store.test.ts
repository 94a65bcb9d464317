import { afterEach, beforeEach, expect, it } from 'vitest';
import { look } from '../look/look.ts';
import { answer } from '../service/answer.ts';
import { type Bench, makeBench } from '../testing/bench.ts';
import { documentText } from '../testing/documents.ts';

let bench: Bench;
beforeEach(() => {
  bench = makeBench();
});
afterEach(() => bench.close());

it.each([
  ['a reason that is too long', { ask: 'block', id: 'M1', reason: 'x'.repeat(1001), keep: false }],
  ['an id that is too long', { ask: 'block', id: 'x'.repeat(65), reason: 'why', keep: false }],
  ['a reason of two lines', { ask: 'block', id: 'M1', reason: 'a\nb', keep: false }],
] as const)('a policy is not written that could not be read again: %s', async (_what, request) => {
  await look(bench.parts);
  const given = await answer(bench.parts, { ...request, actor: 'anna' });
  expect(given).toMatchObject({ ok: false, code: 'invalid-json', message: expect.stringContaining('blocked[0]') });
  expect((await look(bench.parts)).status[0]?.state).toBe('protected');
});

it('an approval can be of any revision that a document can have', async () => {
  bench.feed.documents.set('M1.xml', documentText('M1', { revision: 999_999_999 }));
  await answer(bench.parts, { ask: 'mode', actor: 'anna', mode: 'approve' });
  await answer(bench.parts, { ask: 'approve', actor: 'anna', id: 'M1', revision: undefined });
  expect((await look(bench.parts)).status[0]).toMatchObject({ state: 'protected', revision: 999_999_999 });
});

it('an approval is of one revision, not of those before it either', async () => {
  bench.feed.documents.set('M1.xml', documentText('M1', { revision: 5 }));
  await answer(bench.parts, { ask: 'mode', actor: 'anna', mode: 'approve' });
  await answer(bench.parts, { ask: 'approve', actor: 'anna', id: 'M1', revision: 5 });
  bench.feed.documents.delete('M1.xml');
  await look(bench.parts);
  bench.feed.documents.set('M1.xml', documentText('M1', { revision: 4 }));
  expect((await look(bench.parts)).status[0]).toMatchObject({ state: 'pending', revision: 4 });
  expect([...bench.host.things]).toEqual([]);
});

it.each(['observe', 'approve'] as const)(
  'what the next look would put back cannot be removed in mode %s either; block does that',
  async (mode) => {
    await answer(bench.parts, { ask: 'mode', actor: 'anna', mode });
    if (mode === 'approve') await answer(bench.parts, { ask: 'approve', actor: 'anna', id: 'M1', revision: 1 });
    const removed = await answer(bench.parts, { ask: 'remove', actor: 'anna', id: 'M1', reason: 'why' });
    expect(removed).toMatchObject({ ok: false, code: 'refused-by-policy' });
    const blocked = await answer(bench.parts, { ask: 'block', actor: 'anna', id: 'M1', reason: 'why', keep: false });
    expect(blocked).toMatchObject({ ok: true, done: ['remove M1'] });
  },
);
