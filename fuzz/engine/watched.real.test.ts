import { describe, expect, it } from 'vitest';
import { watched } from './watched.ts';

const targets = import.meta.resolve('../testing/planted.ts');
const run = (target: string, inputs = 20_000) =>
  watched({ targets, target, start: [], inputs, seed: 7, minimise: false });

describe('the fuzzer', () => {
  it('finds nothing where nothing is wrong, and says how many inputs that were', async () => {
    const { figures, failures } = await run('sound', 500);
    expect(failures).toEqual([]);
    expect(figures).toMatchObject({ inputs: 501, accepted: 501 });
  });

  it.each(['throws', 'beside'])('finds an error that is not the room’s own, once: %s', async (target) => {
    const { failures } = await run(target, 3008);
    expect(failures.map(({ why }) => why.split('\n')[0])).toEqual(['TypeError: two and more']);
    expect(failures[0]?.input.includes('ee')).toBe(true);
  });

  it.each([
    ['hangs', /^hang/],
    ['slow', /^(slow|hang)/],
    ['grows', /^(memory|the thread died: .*memory)/],
  ])('finds what %s, and with which input', { timeout: 120_000 }, async (target, why) => {
    const { failures } = await run(target);
    expect(failures[0]?.why).toMatch(why);
    expect(failures[0]?.input.includes('!')).toBe(true);
  });

  it('finds its way from nothing to what a reader accepts, by what is new alone', { timeout: 120_000 }, async () => {
    const { failures, figures } = await run('guided', 40_000);
    expect(failures[0]?.why).toMatch(/^Error: accepted/);
    expect(figures?.reached).toBeGreaterThan(10);
  });
});
