import type { HeldAction, HostPlan } from '@stopgap/agent';
import { heldKey } from '@stopgap/agent/rule-files';
import { orderChanges } from './changes.ts';
import type { RuleCompiler } from './compiler.ts';
import { findingsFor } from './findings.ts';
import { placeLines } from './lines/placement.ts';
import { refuseForeignPatterns } from './own/foreign-patterns.ts';
import { foreignFile, lookAtOwnFiles, type StandingFiles, standingKinds } from './own/standing.ts';
import { serverBlocks } from './syntax/blocks.ts';
import { NginxConfigError } from './syntax/errors.ts';
import { readTree, type TreeSource } from './syntax/read-tree.ts';
import type { ConfigTree } from './syntax/tree.ts';
import { type CompileFor, type WantedFiles, wantedFiles } from './wanted-files.ts';

/** What planning needs to know. */
export interface PlanJob {
  readonly host: string;
  readonly source: TreeSource;
  readonly sites: readonly string[] | undefined;
  readonly compiler: RuleCompiler;
  readonly on: CompileFor;
}

/**
 * Compares what stands with what is wanted. Changes nothing. A stranger's file on one of our paths leaves everything as
 * it is. Throws `NginxConfigError` when the configuration cannot be read.
 */
export function planHost(job: PlanJob, wanted: readonly HeldAction[]): HostPlan {
  const { host, source, sites, compiler, on } = job;
  const { folder } = source;
  const some = wanted.length > 0;
  const tree = some ? readTree(source) : readTreeOrNothing(source);
  if (some) refuseForeignPatterns(tree, source.configFile, folder);
  const defaultLog = namesLog(tree) ? undefined : on.defaultLog;
  const options = { ...on, defaultLog, keepCaptures: capturesNames(tree) };
  const compile = (actions: readonly HeldAction[]) => wantedFiles(actions, compiler, options);
  const files = some ? compile(wanted) : undefined;
  const kinds = [...(files?.contents.keys() ?? [])];
  const standing = lookAtOwnFiles(folder, kinds, source);
  const findings = findingsFor(wanted, {
    standing,
    placement: placeLines(tree, { kinds: standingKinds(standing), folder, sites }),
    outdated: isOutdated(wanted, standing, compile),
  });
  if (foreignFile(standing)) return { findings, changes: [] };
  const placement = placeLines(tree, { kinds, folder, sites });
  return { findings, changes: orderChanges({ host, folder }, standing, placement, files) };
}

/** Whether the actions that stand, where all of them are still wanted, would give other files now. */
function isOutdated(
  wanted: readonly HeldAction[],
  standing: StandingFiles,
  compile: (actions: readonly HeldAction[]) => WantedFiles,
): boolean {
  const http = standing.get('http')?.found;
  const byKey = new Map(wanted.map((action) => [heldKey(action), action]));
  const actions = (http?.kind === 'ours' ? http.holds : []).map((key) => byKey.get(key));
  const known = actions.filter((action) => action !== undefined);
  if (known.length === 0 || known.length < actions.length) return false;
  return [...compile(known).contents].some(([kind, { base64 }]) => standing.get(kind)?.content?.base64 !== base64);
}

/** Whether `http` names an access log, or says that there is to be none. */
function namesLog(tree: ConfigTree): boolean {
  return tree.visits.some(({ context, statement }) => context === 'http' && statement.name === 'access_log');
}

/** Whether a `server_name` takes parts of the name, which the site may use as `$1`: `server_name ~^(www\.)?(.+)$; root /sites/$2;`. */
function capturesNames(tree: ConfigTree): boolean {
  return serverBlocks(tree).some(({ names }) => names.some((name) => name.startsWith('~') && name.includes('(')));
}

/**
 * For a removal: where the configuration is gone, or cannot be read, our lines are not found, but our files still are.
 * The lines bring nothing in then; and nginx, asked to reload, will say what it cannot read.
 */
function readTreeOrNothing(source: TreeSource): ConfigTree {
  try {
    return readTree(source);
  } catch (error) {
    if (error instanceof NginxConfigError) return { files: new Map(), visits: [] };
    throw error;
  }
}
