import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostError } from '../host.ts';
import { look } from '../look/look.ts';
import { type Bench, makeBench } from '../testing/bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = makeBench();
});
afterEach(() => bench.close());

/** An administrator who saves the file at each of the first `times` changes. */
function editing(times: number, edit: () => void = () => {}): { made: number } {
  const seen = { made: 0 };
  bench.host.before = (step) => {
    if (!step.startsWith('perform') || seen.made >= times) return;
    seen.made++;
    edit();
    throw new HostError('changed-meanwhile', 'x was changed by somebody after it was looked at; look again');
  };
  return seen;
}

const state = async () => (await look(bench.parts)).status[0];

describe('a file that somebody edits while it is to be changed', () => {
  it('is planned anew within the same look', async () => {
    const seen = editing(2);
    expect(await state()).toMatchObject({ state: 'protected' });
    expect(seen.made).toBe(2);
    expect(bench.parts.journal.unfinished()).toEqual([]);
  });

  it('is left to them when they go on and on', async () => {
    const seen = editing(100);
    expect(await state()).toMatchObject({ state: 'failed', reason: expect.stringContaining('changed by somebody') });
    expect(seen.made).toBe(3);
    expect([...bench.host.things.keys()]).toEqual([]);
  });

  it('is a conflict when what they have saved takes the name', async () => {
    editing(1, () => bench.host.foreign.set('M1', { presence: 'conflict', detail: 'its name is taken' }));
    expect(await state()).toMatchObject({ state: 'failed', reason: expect.stringMatching(/^fake: its name is taken/) });
    expect([...bench.host.things.keys()]).toEqual([]);
    expect(await state()).toMatchObject({ state: 'conflict', reason: 'fake: its name is taken' });
  });
});
