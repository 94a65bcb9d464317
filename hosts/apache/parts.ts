import type { Clock, Commands, Files, Folders, Log } from '@stopgap/machine';

/** Everything through which this host reaches the world. */
export interface HostParts {
  readonly files: Files;
  readonly folders: Folders;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly log: Log;
}
