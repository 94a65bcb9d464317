import type { Host } from '@stopgap/agent';
import { type Clock, type Commands, type Files, type Folders, type Log, systemFolders } from '@stopgap/machine';
import type { ApacheHostConfig } from './config.ts';
import { createApacheHost } from './host.ts';

export { type ApacheHostConfig, decodeApacheHost } from './config.ts';

/** The machine as this host sees it. */
export interface ApacheMachine {
  readonly files: Files;
  /** Default: the machine's own. */
  readonly folders?: Folders;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly log: Log;
}

/** An Apache httpd as the agent sees it. */
export function apacheHost(config: ApacheHostConfig, machine: ApacheMachine): Host {
  const { folders = systemFolders, ...rest } = machine;
  return createApacheHost(config, { ...rest, folders });
}
