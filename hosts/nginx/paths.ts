import path from 'node:path';
import type { NginxHostConfig } from './config.ts';
import type { HostParts } from './parts.ts';
import { findInstallation, type Installation } from './running/binary.ts';
import type { TreeSource } from './syntax/read-tree.ts';

/** Where the configuration is, and the nginx it belongs to if that is installed. */
export interface Located {
  readonly installation: Installation | undefined;
  readonly source: TreeSource;
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
  return { installation, source: { files, folders, configFile, folder } };
}
