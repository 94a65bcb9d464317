import path from 'node:path';
import type { FileContent, HeldAction, HostPlan } from '@stopgap/agent';
import { HostError } from '@stopgap/agent';
import { heldKey } from '@stopgap/agent/rule-files';
import type { Files, Folders } from '@stopgap/machine';
import { adoptedBy } from './adoption.ts';
import { changesTo } from './changes.ts';
import { findingsFor } from './findings.ts';
import type { Server } from './httpd/server.ts';
import { lookAtStanding, type Standing } from './standing.ts';
import { wantedFile } from './wanted-file.ts';

/** What planning needs to know. */
export interface PlanJob {
  readonly host: string;
  readonly server: Server;
  readonly files: Files;
  readonly folders: Folders;
}

/**
 * Compares what stands with what is wanted. Changes nothing. A stranger's file on our path leaves everything as it is.
 * Throws `HostError` `configuration-refused` for paths that cannot be used.
 */
export function planHost({ host, server, files, folders }: PlanJob, wanted: readonly HeldAction[]): HostPlan {
  const standing = lookAtStanding(server, files);
  const compile = (actions: readonly HeldAction[]) => wantedFile(actions, server.observeLog);
  const adopted = adoptedBy(
    wanted,
    (server.facts?.files ?? []).filter((file) => file !== standing.path),
    server.observeLog,
    files,
  );
  const findings = findingsFor(wanted, { standing, adopted, outdated: isOutdated(wanted, standing, compile) });
  if (standing.found.kind === 'foreign') return { findings, changes: [] };
  const ours = wanted.filter((action) => !adopted.has(heldKey(action)));
  if (ours.length > 0) refuseUnusablePaths(server, ours, folders);
  const content = ours.length > 0 ? compile(ours) : null;
  return { findings, changes: changesTo(host, standing, server.place, content) };
}

/** Whether the actions that stand, where all of them are still wanted, would give another file now. */
function isOutdated(
  wanted: readonly HeldAction[],
  standing: Standing,
  compile: (actions: readonly HeldAction[]) => FileContent,
): boolean {
  const byKey = new Map(wanted.map((action) => [heldKey(action), action]));
  const actions = (standing.found.kind === 'ours' ? standing.found.holds : []).map((key) => byKey.get(key));
  const known = actions.filter((action) => action !== undefined);
  if (known.length === 0 || known.length < actions.length) return false;
  return compile(known).base64 !== standing.content?.base64;
}

/** Apache's own test would not notice, and the reload would end the server. */
function refuseUnusablePaths(server: Server, wanted: readonly HeldAction[], folders: Folders): void {
  const folder = path.dirname(server.place.file);
  if (folders.list(folder) === undefined) {
    throw new HostError('configuration-refused', `${folder} is not there; make it, or set "file" of the apache host`);
  }
  const { observeLog } = server;
  if (wanted.every(({ mode }) => mode === 'enforce')) return;
  if (folders.list(path.dirname(observeLog)) === undefined || folders.list(observeLog) !== undefined) {
    throw new HostError(
      'configuration-refused',
      `${observeLog} cannot be a log; set "observeLog" of the apache host to a file in a folder that is there`,
    );
  }
}
