import { HostError } from '@stopgap/agent';
import type { NginxHostConfig } from '../config.ts';
import type { HostParts } from '../parts.ts';
import type { Located } from '../paths.ts';
import { NginxConfigError } from '../syntax/errors.ts';
import { readTree, type TreeSource } from '../syntax/read-tree.ts';
import type { ConfigTree } from '../syntax/tree.ts';
import { type Installation, testConfiguration } from './binary.ts';
import { errorLogs } from './error-log.ts';
import { pidFile, runningMaster } from './processes.ts';
import { reloadAndWait } from './reload.ts';

/**
 * Tests the configuration as it stands and puts it in force; an nginx that does not run only has it tested. Comes back
 * when requests meet the new configuration. Throws `HostError` with nginx's own words; what served before still serves.
 */
export async function activate({ installation, source }: Located, config: NginxHostConfig, parts: HostParts) {
  const { files, commands, clock, log } = parts;
  if (!installation) {
    log.warn('nginx is not installed any more: nothing to reload', { configuration: source.configFile });
    return;
  }
  const complaint = await testConfiguration(installation, commands);
  if (complaint !== undefined) {
    throw new HostError('configuration-refused', `nginx refuses its configuration: ${complaint}`);
  }
  const tree = treeOrNothing(source);
  const master = masterOf(installation, tree, parts);
  if (master === undefined) {
    log.info('nginx does not run: its configuration was only tested', { configuration: source.configFile });
    return;
  }
  const { reload = 'signal', unit = 'nginx.service' } = config;
  const logs = errorLogs(installation, tree);
  await reloadAndWait({ installation, master, logs, reload, unit, files, commands, clock });
}

/** Process id of the nginx that runs with this configuration; `undefined`: none does. */
export function masterOf(installation: Installation, tree: ConfigTree, { files }: HostParts): number | undefined {
  return runningMaster(pidFile(installation, tree), installation.binary, files);
}

/** nginx has accepted the configuration; should we not be able to read it, the build's paths have to do. */
function treeOrNothing(source: TreeSource): ConfigTree {
  try {
    return readTree(source);
  } catch (error) {
    if (error instanceof NginxConfigError) return { files: new Map(), visits: [] };
    throw error;
  }
}
