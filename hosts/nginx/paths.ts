import path from 'node:path';
import type { NginxHostConfig } from './config.ts';
import type { HostParts } from './parts.ts';
import { findInstallation, type Installation } from './running/binary.ts';
import type { TreeSource } from './syntax/read-tree.ts';
import type { CompileFor } from './wanted-files.ts';

/** Debian 12's, for whoever asks before anything was looked at. */
export const assumedVersion = '1.22.1';

/** Where the configuration is, and the nginx it belongs to if that is installed. */
export interface Located {
  readonly installation: Installation | undefined;
  readonly source: TreeSource;
  readonly on: CompileFor & { readonly defaultLog: string };
}

/**
 * Finds nginx and its configuration. Where nginx itself is gone, its configuration may still be there with our part in it:
 * then the configured paths hold, or Debian's.
 */
export async function locate(config: NginxHostConfig, { commands, files, folders }: HostParts): Promise<Located> {
  const installation = await findInstallation(config, commands);
  const configFile =
    installation?.configFile ??
    path.resolve(config.prefix ?? '/etc/nginx', config.configFile ?? '/etc/nginx/nginx.conf');
  const folder = installation?.folder ?? config.folder ?? path.join(path.dirname(configFile), 'stopgap');
  const build = installation?.build;
  const prefix = installation?.prefix ?? '/';
  const defaultLog = path.resolve(prefix, build?.options.get('http-log-path') ?? 'logs/access.log');
  const observeLog = config.observeLog ?? path.join(path.dirname(defaultLog), 'stopgap-observed.log');
  const on = { nginxVersion: build?.version ?? assumedVersion, observeLog, defaultLog };
  return { installation, source: { files, folders, configFile, folder }, on };
}
