import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'vitest';
import { surviveKills } from '../../tests/rule-hosts/kills.ts';
import { createApacheHost } from './host.ts';
import { machine } from './testing/at-work.ts';
import { layoutFor } from './testing/contract-bed.ts';
import { layOut } from './testing/lay-out.ts';
import { complaintOf, configFor, noRealApache } from './testing/real-apache.ts';

const child = path.join(import.meta.dirname, 'testing', 'change-forever.ts');
const kills = Number(process.env.STOPGAP_KILLS ?? 8);

describe.skipIf(noRealApache)('a kill -9', () => {
  it(`at any of ${kills} random instants leaves what Apache accepts, and what the last plan takes back or completes`, async () => {
    const at = layOut(layoutFor(18_182, 'line'), os.tmpdir());
    const planFile = path.join(at.run, 'plan.json');
    try {
      const inTheMiddle = await surviveKills(
        {
          host: () => createApacheHost(configFor(at), machine),
          snapshot: at.snapshot,
          complaint: () => complaintOf(at),
          child: [child, at.root, at.run, planFile],
          planFile,
          turns: 5,
        },
        kills,
      );
      console.log(`hosts/apache: ${kills} kills, ${inTheMiddle} of them in the middle of a plan`);
    } finally {
      at.remove();
    }
  });
});
