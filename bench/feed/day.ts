import { randomFrom } from '../../fuzz/engine/random.ts';

/** How often servers ask within a simulated day. */
export interface Day {
  readonly requests: number;
  readonly meanPerSecond: number;
  /** In the busiest second, once the servers have drifted apart. */
  readonly peakPerSecond: number;
  /** In the busiest second when all of them were started within the same minute, as after a power cut. */
  readonly startPerSecond: number;
}

const hour = 3600;

/**
 * Servers that look every hour with a tenth of jitter either way, as the agent's service does. `within`: the seconds within which they were
 * started.
 */
export function simulateDay(servers: number): Day {
  const drifted = countLooks(servers, hour);
  const together = countLooks(servers, 60);
  const requests = drifted.reduce((sum, count) => sum + count, 0);
  return {
    requests,
    meanPerSecond: requests / drifted.length,
    peakPerSecond: drifted.reduce((most, count) => Math.max(most, count), 0),
    startPerSecond: together.reduce((most, count) => Math.max(most, count), 0),
  };
}

/** Looks in each second of a day. */
function countLooks(servers: number, within: number): Uint32Array {
  const random = randomFrom(1);
  const seconds = new Uint32Array(24 * hour);
  for (let server = 0; server < servers; server++) {
    for (
      let at = random.below(within * 1000) / 1000;
      at < seconds.length;
      at += hour * (0.9 + random.below(200_000) / 1_000_000)
    ) {
      const second = Math.floor(at);
      seconds[second] = (seconds[second] ?? 0) + 1;
    }
  }
  return seconds;
}
