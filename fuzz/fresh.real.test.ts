import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { targets } from './targets.ts';

const seed = process.env.STOPGAP_FUZZ_SEED ?? String(Date.now() % 1_000_000);

/** Fresh inputs of each run, other ones each time; STOPGAP_FUZZ_SEED repeats a run. */
it(`no reader fails on a few hundred fresh inputs, seed ${seed}`, { timeout: 600_000 }, () => {
  const args = [path.join(import.meta.dirname, 'run.ts'), 'all', '--inputs', '400', '--seed', seed];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  console.log(stdout);
  expect(status, stdout + stderr).toBe(0);
  expect(stdout.match(/no failure/g)).toHaveLength(targets.size);
});
