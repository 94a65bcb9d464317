import { HostError } from '@stopgap/agent';
import { inspectOwnFile } from '@stopgap/agent/rule-files';
import type { ApacheHostConfig } from '../config.ts';
import { listenRisks } from '../listen-risks.ts';
import type { HostParts } from '../parts.ts';
import { reloadRisks } from '../risks.ts';
import { askForDirectives } from './ask.ts';
import type { Httpd } from './command.ts';
import type { Directive } from './directives.ts';
import type { ServerFacts } from './facts.ts';
import { runningParent } from './processes.ts';
import { reloadAndWait } from './reload.ts';
import type { Server } from './server.ts';

/**
 * Tests the configuration as it stands, sees to it that our file is part of it for the whole server, and puts it in
 * force; an Apache that does not run only has it tested. Comes back when requests meet the new configuration. Throws
 * `HostError` with Apache's own words; what served before still serves.
 */
export async function activate(server: Server, config: ApacheHostConfig, parts: HostParts): Promise<void> {
  const { httpd, facts, mainFile, complaint } = server;
  const { files, commands, clock, log } = parts;
  if (!httpd) {
    log.warn('Apache is not installed any more: nothing to reload', { configuration: mainFile });
    return;
  }
  if (!facts) throw refused(`Apache refuses its configuration: ${complaint}`);
  const directives = await directivesOf(httpd, facts, parts);
  refuseUnread(server, directives, parts);
  const parent = runningParent(facts.pidFile, httpd.command, files);
  const risks = parent === undefined ? [] : await listenRisks(directives, parent, parts);
  const [risk] = [...reloadRisks(directives, facts, files), ...risks];
  if (risk !== undefined) throw refused(`Apache's own test passes, but it would not survive a reload: ${risk}`);
  if (parent === undefined) {
    log.info('Apache does not run: its configuration was only tested', { configuration: mainFile });
    return;
  }
  const { reload = 'signal', unit = 'apache2.service' } = config;
  await reloadAndWait({ httpd, facts, parent, reload, unit, files, commands, clock, log });
}

async function directivesOf(httpd: Httpd, facts: ServerFacts, parts: HostParts): Promise<readonly Directive[]> {
  const asked = await askForDirectives(httpd, facts, parts);
  if ('said' in asked) return asked.said;
  throw refused(`Apache does not say how it is configured: ${asked.complaint}`);
}

/** Our file stands: then its directives are the whole server's, or it protects nothing. */
function refuseUnread({ place, facts }: Server, directives: readonly Directive[], { files }: HostParts): void {
  const state = files.read(place.file);
  if (!state || inspectOwnFile(state.bytes).kind !== 'ours') return;
  if (!facts?.files.includes(place.file)) {
    throw refused(
      `no Include of Apache's configuration takes ${place.file} in; set "file" of the apache host to a place that one does`,
    );
  }
  const text = state.bytes.toString('utf8');
  if (!/^\s*(?:SetEnvIfExpr|GlobalLog|<LocationMatch)/m.test(text)) return;
  if (directives.some(({ file }) => file === place.file)) return;
  throw refused(
    `Apache takes ${place.file} in, but not for the whole server: a module that the rules need is not loaded before it, or the Include stands inside a section; set "file" of the apache host`,
  );
}

function refused(message: string): HostError {
  return new HostError('configuration-refused', message);
}
