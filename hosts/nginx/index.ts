import os from 'node:os';
import type { Host } from '@stopgap/agent';
import { type Clock, type Commands, type Files, type Folders, type Log, systemFolders } from '@stopgap/machine';
import type { NginxHostConfig } from './config.ts';
import { createNginxHost } from './host.ts';
import { rewriteCompiler } from './rewrite-compiler.ts';

export { decodeNginxHost, type NginxHostConfig } from './config.ts';
export { NginxConfigError, type NginxConfigErrorCode } from './syntax/errors.ts';

/** The machine as this host sees it. */
export interface NginxMachine {
  readonly files: Files;
  /** Default: the machine's own. */
  readonly folders?: Folders;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly log: Log;
}

/** An nginx as the agent sees it. */
export function nginxHost(config: NginxHostConfig, machine: NginxMachine): Host {
  const { folders = systemFolders, ...rest } = machine;
  return createNginxHost(config, { ...rest, folders, compiler: rewriteCompiler, hostname: os.hostname() });
}
