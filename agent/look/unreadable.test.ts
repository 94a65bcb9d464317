import { afterEach, beforeEach, expect, it } from 'vitest';
import { answer } from '../service/answer.ts';
import { type Bench, makeBench } from '../testing/bench.ts';
import { Library } from './library.ts';
import { look } from './look.ts';

let bench: Bench;
beforeEach(async () => {
  bench = makeBench(['M1', 'M2', 'M3']);
  await look(bench.parts);
});
afterEach(() => bench.close());

/** As after an upgrade to a version that does not take what an earlier one took. */
function upgrade(changed: (id: string, text: string) => string): void {
  for (const held of bench.parts.journal.held()) {
    const text = Buffer.from(held.document).toString();
    bench.parts.journal.putHeld({ ...held, document: Buffer.from(changed(held.mitigation, text)) });
  }
  bench.parts = { ...bench.parts, library: new Library({ validate: async () => [] }) };
}

const states = async () => (await look(bench.parts)).status.map(({ mitigation, state }) => `${mitigation} ${state}`);
const rules = () => [...bench.host.things.keys()];
const all = ['rule:M1#0', 'rule:M2#0', 'rule:M3#0'];

it('what is in force is read on, though it would be refused today', async () => {
  upgrade((_id, text) => text.replace('<sideEffects/>', ''));
  bench.feed.trouble = 'no way there';
  expect(await states()).toEqual(['M1 protected', 'M2 protected', 'M3 protected']);
  expect(rules()).toEqual(all);
});

it('what cannot be read at all stays until it is taken off by hand, and what can be read stays then too', async () => {
  upgrade((id, text) => (id === 'M2' ? text : '<mitigation'));
  await expect(look(bench.parts)).rejects.toMatchObject({
    code: 'held-unreadable',
    message: expect.stringMatching(/^M1 revision 1 .*stopgap remove M1 --reason/),
  });
  expect(rules()).toEqual(all);
  const remove = (id: string) => answer(bench.parts, { ask: 'remove', actor: 'anna', id, reason: 'old' });
  expect(await remove('M2')).toMatchObject({ ok: false, message: expect.stringContaining('take that off before') });
  expect(await remove('M3')).toEqual({
    ok: true,
    done: ['remove M3', 'remove M1'],
    said: 'removed M3, and with it what could not be read either: M1',
  });
  expect(rules()).toEqual(['rule:M2#0']);
  expect(bench.parts.journal.held().map(({ mitigation }) => mitigation)).toEqual(['M2']);
  // What the feed says is read, and so it goes on again.
  expect((await states()).sort()).toEqual(['M1 protected', 'M2 protected', 'M3 protected']);
});
