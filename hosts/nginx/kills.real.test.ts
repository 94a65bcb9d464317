import os from 'node:os';
import path from 'node:path';
import { silentLog, systemClock, systemCommands, systemFiles } from '@stopgap/machine';
import { describe, it } from 'vitest';
import { surviveKills } from '../../tests/rule-hosts/kills.ts';
import { nginxHost } from './index.ts';
import { layOut } from './testing/lay-out.ts';
import { complaintOf, confined, noRealNginx, sitesOn } from './testing/real-nginx.ts';

const child = path.join(import.meta.dirname, 'testing', 'change-forever.ts');
const machine = { files: systemFiles, commands: systemCommands, clock: systemClock, log: silentLog };
const kills = 30;

describe.skipIf(noRealNginx)('a kill -9', () => {
  it(`at any of ${kills} random instants leaves what nginx accepts, and what the last plan takes back or completes`, async () => {
    const at = layOut(sitesOn(18_181), os.tmpdir());
    const { configFile } = at.source;
    const globalDirectives = confined(at);
    const planFile = path.join(at.run, 'plan.json');
    try {
      const inTheMiddle = await surviveKills(
        {
          host: () => nginxHost({ kind: 'nginx', configFile, globalDirectives }, machine),
          snapshot: at.snapshot,
          complaint: () => complaintOf(at),
          child: [child, configFile, globalDirectives, planFile],
          planFile,
          turns: 6,
        },
        kills,
      );
      console.log(`hosts/nginx: ${kills} kills, ${inTheMiddle} of them in the middle of a plan`);
    } finally {
      at.remove();
    }
  });
});
