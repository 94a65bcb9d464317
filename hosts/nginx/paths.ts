import path from 'node:path';
import type { NginxHostConfig } from './config.ts';
import type { HostParts } from './parts.ts';
import { findInstallation, type Installation } from './running/binary.ts';
import type { TreeSource } from './syntax/read-tree.ts';
import type { CompileFor } from './wanted-files.ts';

/** Where the configuration is, and the nginx it belongs to if that is installed. */
export interface Located {
  readonly installation: Installation | undefined;
  readonly source: TreeSource;
  readonly on: CompileFor;
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
  const accessLog = installation?.build.options.get('http-log-path') ?? '/var/log/nginx/access.log';
  const on = {
    nginxVersion: installation?.build.version ?? '1.22.1',
    observeLog: config.observeLog ?? path.resolve(path.dirname(accessLog), 'stopgap-observed.log'),
  };
  return { installation, source: { files, folders, configFile, folder }, on };
}
