// Agents that really verify: the reader of feeds that the agent has, each with a state folder of its own, following the push channel.
//   node verifying-worker.ts URL COUNT SCRATCH ROOT-FILE FIRST
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tufSource } from '@stopgap/feed';
import { Patience } from '../../agent/service/pause.ts';
import { monotonicMs } from './monotonic.ts';

const [url = '', count = '0', scratch = '', rootFile = '', first = '0'] = process.argv.slice(2);
const root = readFileSync(rootFile);
const say = (message: object) => process.send?.(message);
const all = Array.from({ length: Number(count) }, (_, index) => {
  const name = `agent-${Number(first) + index}`;
  return tufSource({ name, url, root, stateFolder: path.join(scratch, name), proxy: 'direct' });
});

let before = 0;
let retried = 0;
for (const source of all) before = Math.max(before, await versionOf(source));
const done: number[] = [];
let heard = 0;
for (const source of all) {
  let unheard = true;
  const look = async () => {
    const version = await versionOf(source);
    if (unheard) {
      unheard = false;
      heard++;
      if (heard === all.length) say({ connected: heard });
    }
    if (version <= before) return;
    done.push(monotonicMs());
    if (done.length === all.length) {
      before = version;
      say({ done: done.splice(0), retried, lost: 0 });
    }
  };
  source.follow(
    () => void look().catch((error: unknown) => say({ failed: String(error) })),
    new AbortController().signal,
  );
}
process.on('disconnect', () => process.exit());

/** Looks, and looks again as the agent's service does. */
async function versionOf(source: (typeof all)[number]): Promise<number> {
  const patience = new Patience();
  for (;;) {
    const look = await source.look();
    if (look.ok) return look.documents.version;
    retried++;
    console.error(`a verifying agent looks again: ${look.trouble.reason}`);
    const outcome = { troubles: new Map([['own', look.trouble.step] as const]), failed: false };
    await delay(patience.next(outcome, 3_600_000, Math.random));
  }
}
