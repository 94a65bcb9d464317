import type { Fuzzer } from './fuzzer.ts';

/** Shrinking one input is tried at most this often. */
const mostAttempts = 300;

/**
 * The fewest, shortest inputs that together still reach every point that `corpus` reaches: greedy, short ones first, each then
 * cut down for as long as it keeps the points that it was chosen for.
 */
export async function minimise(corpus: readonly Buffer[], fuzzer: Fuzzer): Promise<readonly Buffer[]> {
  const measured: { input: Buffer; points: readonly number[] }[] = [];
  for (const input of corpus) measured.push({ input, points: await fuzzer.pointsOf(input) });
  measured.sort((a, b) => a.input.length - b.input.length);
  const covered = new Set<number>();
  const kept: Buffer[] = [];
  for (const { input, points } of measured) {
    const fresh = points.filter((point) => !covered.has(point));
    if (fresh.length === 0) continue;
    const short = await shrunk(input, fresh, fuzzer);
    for (const point of await fuzzer.pointsOf(short)) covered.add(point);
    kept.push(short);
  }
  return kept;
}

async function shrunk(input: Buffer, needed: readonly number[], fuzzer: Fuzzer): Promise<Buffer> {
  let now = input;
  let attempts = 0;
  for (let size = Math.ceil(now.length / 2); size >= 1 && attempts < mostAttempts; size = Math.floor(size / 2)) {
    for (let at = 0; at < now.length && attempts < mostAttempts; attempts++) {
      const less = Buffer.concat([now.subarray(0, at), now.subarray(at + size)]);
      const points = new Set(await fuzzer.pointsOf(less));
      if (needed.every((point) => points.has(point))) now = less;
      else at += size;
    }
  }
  return now;
}
