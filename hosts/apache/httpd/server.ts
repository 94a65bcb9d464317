import path from 'node:path';
import type { Commands, Files, Folders } from '@stopgap/machine';
import type { ApacheHostConfig } from '../config.ts';
import { limits } from '../limits.ts';
import { serverRootIn } from '../lines/patterns.ts';
import { type Place, placeFor } from '../lines/place.ts';
import { askForFacts } from './ask.ts';
import { findHttpd, type Httpd } from './command.ts';
import type { ServerFacts } from './facts.ts';

/** Where the configuration is, what Apache says of it, and where our part belongs. */
export interface Server {
  /** `undefined`: not installed (any more). */
  readonly httpd: Httpd | undefined;
  /** `undefined`: Apache refuses the configuration, or is not installed. */
  readonly facts: ServerFacts | undefined;
  readonly complaint: string | undefined;
  readonly mainFile: string;
  readonly place: Place;
  readonly observeLog: string;
}

interface Parts {
  readonly commands: Commands;
  readonly files: Files;
  readonly folders: Folders;
}

/**
 * Finds Apache and its configuration. Where Apache refuses it or is itself gone, our part may still be there: then the
 * configured paths hold, or those it was built with, or Debian's. Throws `HostError` `unreachable`.
 */
export async function findServer(config: ApacheHostConfig, parts: Parts): Promise<Server> {
  const httpd = await findHttpd(config, parts.commands);
  const asked = httpd && (await askForFacts(httpd, parts.commands));
  const facts = asked && 'said' in asked ? asked.said : undefined;
  const root = config.serverRoot ?? instanceRoot(config) ?? httpd?.root ?? '/etc/apache2';
  const mainFile = facts?.files[0] ?? path.resolve(root, config.configFile ?? httpd?.configFile ?? 'apache2.conf');
  const text = parts.files.read(mainFile, limits.fileBytes)?.bytes.toString('latin1') ?? '';
  const serverRoot = facts?.serverRoot ?? serverRootIn(text) ?? root;
  return {
    httpd,
    facts,
    complaint: asked && 'complaint' in asked ? asked.complaint : undefined,
    mainFile,
    place: placeFor({ path: mainFile, text }, serverRoot, config.file, parts.folders),
    observeLog: config.observeLog ?? usualLog(facts?.errorLog ?? '', parts.folders),
  };
}

/** Where one of Debian's further instances has its configuration: `apache2ctl-NAME` finds it so, or is told by its environment. */
function instanceRoot({ command = '', environment }: ApacheHostConfig): string | undefined {
  const [, name] = /^apache2ctl-(.+)$/.exec(path.basename(command)) ?? [];
  return environment?.get('APACHE_CONFDIR') ?? (name === undefined ? undefined : `/etc/apache2-${name}`);
}

/** Beside the error log, where that is a file. Apache would not start with a log in a folder that is not there. */
function usualLog(errorLog: string, folders: Folders): string {
  const candidates = [path.dirname(errorLog), '/var/log/apache2', '/var/log/httpd', '/var/log'];
  const folder = candidates.find((one) => path.isAbsolute(one) && folders.list(one) !== undefined);
  return path.join(folder ?? '/var/log', 'stopgap-observed.log');
}
