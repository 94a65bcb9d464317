import type { Clock, Commands, Files, Folders, Log } from '@stopgap/machine';
import type { RuleCompiler } from './compiler.ts';

/** Everything through which this host reaches the world. */
export interface HostParts {
  readonly files: Files;
  readonly folders: Folders;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly log: Log;
  readonly compiler: RuleCompiler;
  /** The machine's own name, for `server_name $hostname`. */
  readonly hostname: string;
}
