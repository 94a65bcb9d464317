import os from 'node:os';
import process from 'node:process';
import type { Host } from '@stopgap/agent';
import { type Clock, type Commands, type Files, type Folders, type Log, systemFolders } from '@stopgap/machine';
import type { IisHostConfig } from './config.ts';
import { createIisHost } from './host.ts';

export { decodeIisHost, type IisHostConfig } from './config.ts';
export { IisConfigError, type IisConfigErrorCode } from './errors.ts';

/** The machine as this host sees it. */
export interface IisMachine {
  readonly files: Files;
  /** Default: the machine's own. */
  readonly folders?: Folders;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly log: Log;
}

/** An IIS as the agent sees it. */
export function iisHost(config: IisHostConfig, machine: IisMachine): Host {
  const { folders = systemFolders, files, commands, clock, log } = machine;
  const environment = new Map(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), value]])),
  );
  return createIisHost(config, {
    files,
    folders,
    commands,
    clock,
    log,
    platform: process.platform,
    environment,
    hostname: os.hostname(),
  });
}
