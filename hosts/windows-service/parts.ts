import type { Clock, Log } from '@stopgap/machine';
import type { Marks } from './marks.ts';
import type { Recovery } from './recovery.ts';
import type { Sc } from './sc.ts';

/** What the host works with. */
export interface HostParts {
  readonly sc: Sc;
  readonly marks: Marks;
  readonly recovery: Recovery;
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds. */
  readonly stopMs: number;
  /** Milliseconds. */
  readonly startMs: number;
  /** Processes that the agent is: its own, and the one that started it, e.g. a wrapper that makes it a service. */
  readonly ownProcesses: ReadonlySet<number>;
}
