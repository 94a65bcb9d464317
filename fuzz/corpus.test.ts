import { describe, expect, it } from 'vitest';
import { readCorpus, readFound } from './engine/kept.ts';
import { targets } from './targets.ts';

/** Without instrumentation and on one thread: what was found once is not there again. `npm run fuzz` looks for more. */
describe('every kept input', () => {
  it.each([...targets.keys()])('of %s does no harm', { timeout: 120_000 }, async (name) => {
    const open = await targets.get(name)?.open();
    const found = readFound(name);
    const kept = [...(open?.seeds ?? []), ...readCorpus(name), ...found.map(({ input }) => input)];
    const seen = { accepted: 0, refused: 0 };
    for (const input of kept) {
      const outcome = await open?.run(Buffer.from(input));
      if (outcome) seen[outcome]++;
    }
    expect(seen.accepted + seen.refused).toBe(kept.length);
    expect(seen.accepted, 'a target that accepts nothing tests half of its reader').toBeGreaterThan(0);
    console.log(`${name}: ${kept.length} inputs, ${seen.accepted} accepted; ${found.length} that once failed`);
  });
});
