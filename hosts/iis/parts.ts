import type { Clock, Commands, Files, Folders, Log } from '@stopgap/machine';

/** Everything through which this host reaches the world. */
export interface HostParts {
  readonly files: Files;
  readonly folders: Folders;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly log: Log;
  /** `win32` on Windows. */
  readonly platform: string;
  /** Variables of this machine, for physical paths on a running Windows. */
  readonly environment: ReadonlyMap<string, string>;
  /** The machine's own name, as the Host header of sites that take any. */
  readonly hostname: string;
}
