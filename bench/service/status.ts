import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { checkout } from '../../tests/end-to-end/command-line.ts';
import type { Trial } from '../../tests/end-to-end/trial.ts';
import { type Figure, median } from './figure.ts';

const rounds = 40;

/** `stopgap status` and `node -e 0` by turns. */
export async function statusFigures(trial: Trial): Promise<readonly Figure[]> {
  const env = { ...process.env, STOPGAP_STATE_DIR: trial.stateFolder };
  const commands = {
    status: () => spawnSync(path.join(checkout, 'bin', 'stopgap'), ['status'], { env }),
    bare: () => spawnSync(process.execPath, ['-e', '0'], { env }),
  };
  const times = { status: [] as number[], bare: [] as number[] };
  for (let round = -3; round < rounds; round++) {
    for (const name of ['status', 'bare'] as const) {
      const start = performance.now();
      commands[name]();
      if (round >= 0) times[name].push(performance.now() - start);
    }
  }
  const [status, bare] = [median(times.status), median(times.bare)];
  return [
    {
      what: 'stopgap status',
      figure: `${status.toFixed(0)} ms (median of ${rounds})`,
      yardstick: `target <= 2 × node -e 0 (${bare.toFixed(0)} ms); is ${(status / bare).toFixed(2)} ×`,
    },
  ];
}
