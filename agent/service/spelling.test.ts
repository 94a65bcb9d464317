import { afterEach, beforeEach, expect, it } from 'vitest';
import { look } from '../look/look.ts';
import { type Bench, makeBench } from '../testing/bench.ts';
import { documentText } from '../testing/documents.ts';
import { answer } from './answer.ts';

let bench: Bench;
beforeEach(() => {
  bench = makeBench();
});
afterEach(() => bench.close());

it('an id in another letter case is that id: a block of it takes it off, and unblock brings it back', async () => {
  await look(bench.parts);
  const blocked = await answer(bench.parts, { ask: 'block', actor: 'anna', id: 'm1', reason: 'why', keep: false });
  expect(blocked).toEqual({ ok: true, done: ['remove M1'], said: 'blocked M1: why' });
  expect(await answer(bench.parts, { ask: 'unblock', actor: 'anna', id: 'm1' })).toMatchObject({ done: ['apply M1'] });
});

it('where two differ in letter case alone, each is itself', async () => {
  bench.feed.documents.set('m1.xml', documentText('m1'));
  await look(bench.parts);
  const blocked = await answer(bench.parts, { ask: 'block', actor: 'anna', id: 'm1', reason: 'why', keep: false });
  expect(blocked).toMatchObject({ done: ['remove m1'] });
});

it('blocks what nobody offers yet, and says that', async () => {
  const blocked = await answer(bench.parts, { ask: 'block', actor: 'anna', id: 'M9', reason: 'why', keep: false });
  expect(blocked).toMatchObject({
    ok: true,
    said: 'blocked M9: why; nothing of that id is offered or in force here; see the ids with: stopgap status',
  });
});
