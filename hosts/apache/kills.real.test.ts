import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { HostPlan } from '@stopgap/agent';
import { afterAll, describe, expect, it } from 'vitest';
import { createApacheHost } from './host.ts';
import { machine, performAll, planOf, undoAll } from './testing/at-work.ts';
import { layoutFor } from './testing/contract-bed.ts';
import { type LaidOut, layOut } from './testing/lay-out.ts';
import { complaintOf, configFor, noRealApache } from './testing/real-apache.ts';

const child = path.join(import.meta.dirname, 'testing', 'change-forever.ts');
const kills = Number(process.env.STOPGAP_KILLS ?? 8);
let inTheMiddle = 0;

describe.skipIf(noRealApache)('a kill -9', () => {
  afterAll(() => console.log(`hosts/apache: ${kills} kills, ${inTheMiddle} of them in the middle of a plan`));

  it(`at any of ${kills} random instants leaves what Apache accepts, and what the last plan takes back or completes`, async () => {
    const at = layOut(layoutFor(18_182, 'line'), os.tmpdir());
    try {
      const original = at.snapshot();
      for (let kill = 0; kill < kills; kill++) {
        const planFile = path.join(at.run, 'plan.json');
        await killSomewhere([at.root, at.run, planFile]);
        expect(await complaintOf(at)).toBeUndefined();
        const host = createApacheHost(configFor(at), machine);
        const plan: HostPlan = JSON.parse(fs.readFileSync(planFile, 'utf8'));
        const killed = at.snapshot();
        await performAll(host, plan);
        const complete = at.snapshot();
        await undoAll(host, plan);
        const undone = at.snapshot();
        if (!same(killed, complete) && !same(killed, undone)) inTheMiddle++;
        expect(leftovers(at)).toEqual([]);
        expect(await complaintOf(at)).toBeUndefined();
        await performAll(host, await planOf(host, []));
        expect(at.snapshot()).toEqual(original);
      }
    } finally {
      at.remove();
    }
  });
});

/** Lets the child change things for up to five turns, and kills it a random while after a turn has begun. */
async function killSomewhere(args: readonly string[]): Promise<void> {
  const running = spawn(process.execPath, [child, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => running.once('close', resolve));
  const last = Math.floor(Math.random() * 5);
  await new Promise<void>((resolve) => {
    running.stdout.on('data', (chunk) => String(chunk).includes(String(last)) && resolve());
    running.once('close', () => resolve());
  });
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 12));
  running.kill('SIGKILL');
  await ended;
}

function same(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return JSON.stringify([...one]) === JSON.stringify([...other]);
}

function leftovers(at: LaidOut): readonly string[] {
  return [...at.snapshot().keys()].filter((name) => name.endsWith('stopgap-tmp'));
}
