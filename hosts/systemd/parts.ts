import type { Clock, Log } from '@stopgap/machine';
import type { Masks } from './masks.ts';
import type { Systemctl } from './systemctl.ts';

/** What the host works with. */
export interface HostParts {
  readonly systemctl: Systemctl;
  readonly masks: Masks;
  readonly clock: Clock;
  readonly log: Log;
  readonly stopMs: number;
  readonly startMs: number;
}
