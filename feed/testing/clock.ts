import { type Clock, systemClock } from '@stopgap/machine';

/** A clock that says what it is told; it still sleeps in real time. */
export interface TestClock extends Clock {
  /** Milliseconds since the Unix epoch. */
  time: number;
}

/** Starts at the real time unless told otherwise. */
export function testClock(time = Date.now()): TestClock {
  return { ...systemClock, time, now: clockNow };
}

function clockNow(this: TestClock): number {
  return this.time;
}

export const day = 86_400_000;
