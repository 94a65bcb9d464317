import { afterAll, describe, expect, it } from 'vitest';
import { faultLoop, Trial } from './fault-loop.ts';
import { ways } from './faults.ts';
import { kinds } from './kinds.ts';

/** Each fourth step of every scenario; `npm run test:faults` tries every one. */
const stride = Number(process.env.STOPGAP_FAULT_STRIDE ?? 4);
const counts: { name: string; way: string; faults: number }[] = [];

describe.each(kinds)('a fault on $name', (kind) => {
  it.each(ways)('at any step of any change (%s) leaves all or nothing, and no byte lost', async (way) => {
    const start = performance.now();
    const trial = await Trial.start(kind);
    try {
      const { faults } = await faultLoop(trial, way, stride);
      counts.push({ name: kind.name, way, faults });
      // At once, so that a long run that is ended has not counted for nothing.
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.info(`faults: ${kind.name}, ${way}: ${faults} (${seconds} s)`);
      expect(faults).toBeGreaterThan(10 / stride);
    } finally {
      await trial.server.close();
    }
  });
});

afterAll(() => {
  console.info(`faults tried over all hosts: ${counts.reduce((sum, { faults }) => sum + faults, 0)}`);
});
