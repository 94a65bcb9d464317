import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import type { Host, HostPlan } from '@stopgap/agent';
import { performAll, undoAll } from '@stopgap/agent/contract';
import { expect } from 'vitest';

/** A server whose configuration a child changes until it is killed. */
export interface KillBed {
  /** Another host on the same configuration, as a new process has it. */
  host(): Host;
  /** Every file: bytes, mode, or where a link leads. */
  snapshot(): ReadonlyMap<string, string>;
  /** What the server says against its configuration. */
  complaint(): Promise<string | undefined>;
  /** A script that calls `changeForever`, and its arguments. */
  readonly child: readonly string[];
  /** Where it writes its plans down. */
  readonly planFile: string;
  /** It is killed in one of so many first turns. */
  readonly turns: number;
}

/**
 * Kills a child so many times at random instants. What it leaves must be accepted by the server, and the last plan must complete
 * it as well as take it back. Returns how many of the kills came in the middle of a plan.
 */
export async function surviveKills(bed: KillBed, kills: number): Promise<number> {
  const original = bed.snapshot();
  let inTheMiddle = 0;
  for (let kill = 0; kill < kills; kill++) {
    await killSomewhere(bed.child, bed.turns);
    expect(await bed.complaint()).toBeUndefined();
    const host = bed.host();
    const { changes }: HostPlan = JSON.parse(fs.readFileSync(bed.planFile, 'utf8'));
    const killed = bed.snapshot();
    await performAll(host, changes);
    const complete = bed.snapshot();
    await undoAll(host, changes);
    const undone = bed.snapshot();
    if (!same(killed, complete) && !same(killed, undone)) inTheMiddle++;
    expect([...undone.keys()].filter((name) => name.endsWith('stopgap-tmp'))).toEqual([]);
    expect(await bed.complaint()).toBeUndefined();
    await performAll(host, (await host.plan([], new Map())).changes);
    expect(bed.snapshot()).toEqual(original);
  }
  return inTheMiddle;
}

/** Lets the child change things for some turns, and kills it a random while after a turn has begun. */
async function killSomewhere(child: readonly string[], turns: number): Promise<void> {
  const running = spawn(process.execPath, child, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => running.once('close', resolve));
  const last = Math.floor(Math.random() * turns);
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
