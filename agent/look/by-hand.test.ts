import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answer } from '../service/answer.ts';
import { type Bench, makeBench } from '../testing/bench.ts';
import { documentText } from '../testing/documents.ts';

let bench: Bench;
beforeEach(() => {
  bench = makeBench();
});
afterEach(() => bench.close());

const rules = () => [...bench.host.things.keys()];

describe('everything, by hand', () => {
  const all = () => answer(bench.parts, { ask: 'apply', actor: 'anna', ids: 'all', documents: [] });

  it('names what is in force and passes over what does not apply', async () => {
    bench.feed.documents.set('M2.xml', documentText('M2', { fixed: '1.2.1' }));
    expect(await all()).toEqual({ ok: true, done: ['apply M1'], said: 'applied by hand: M1' });
  });

  it('is no success where something that applies could not be put in force, and says what and why', async () => {
    bench.feed.documents.set('M2.xml', documentText('M2'));
    bench.host.foreign.set('M2', { presence: 'conflict', detail: 'its name is taken' });
    expect(await all()).toEqual({
      ok: false,
      code: 'not-applied',
      message: 'applied by hand: M1\nnot applied: M2 is conflict: fake: its name is taken',
    });
    expect(rules()).toEqual(['rule:M1#0']);
  });

  it('names what is in force too where another of those that were asked for is not', async () => {
    bench.feed.documents.set('M2.xml', documentText('M2'));
    bench.host.foreign.set('M2', { presence: 'conflict', detail: 'its name is taken' });
    const both = { ask: 'apply', actor: 'anna', ids: ['M1', 'M2'], documents: [] } as const;
    expect(await answer(bench.parts, both)).toEqual({
      ok: false,
      code: 'not-applied',
      message: 'M2 is conflict: fake: its name is taken; applied by hand: M1',
    });
  });

  it('comes off again though it is offered, where nothing puts it back by itself', async () => {
    await all();
    const remove = { ask: 'remove', actor: 'anna', id: 'M1', reason: 'test' } as const;
    expect(await answer(bench.parts, remove)).toMatchObject({ ok: false, code: 'refused-by-policy' });
    expect(await answer(bench.parts, { ...remove, evenIfOffered: true })).toMatchObject({ ok: true });
    expect(rules()).toEqual([]);
  });
});
