import type { HeldAction, HostPlan } from '@stopgap/agent';
import type { Files } from '@stopgap/machine';
import { orderChanges, type WantedFiles } from './changes.ts';
import type { RuleCompiler } from './compiler.ts';
import { findingsFor, foreignFile } from './findings.ts';
import { placeLines } from './lines/placement.ts';
import { composeOwnFile } from './own/own-files.ts';
import { lookAtOwnFiles, refuseForeignPatterns } from './own/standing.ts';
import { scopedRules } from './rules.ts';
import { readTree, type TreeSource } from './syntax/read-tree.ts';
import type { ConfigTree } from './syntax/tree.ts';

/** What planning needs to know. */
export interface PlanJob {
  readonly host: string;
  readonly source: TreeSource;
  readonly sites: readonly string[] | undefined;
  readonly compiler: RuleCompiler;
}

/**
 * Compares what stands with what is wanted. Changes nothing. A stranger's file on one of our paths leaves everything as
 * it is. Throws `NginxConfigError` when the configuration cannot be read.
 */
export function planHost(job: PlanJob, wanted: readonly HeldAction[]): HostPlan {
  const { host, source, sites, compiler } = job;
  const some = wanted.length > 0;
  const tree = some || exists(source) ? readTree(source) : nothing;
  if (some) refuseForeignPatterns(tree, source.configFile, source.folder);
  const standing = lookAtOwnFiles(source.folder, source.files);
  const placement = placeLines(tree, { wanted: some, folder: source.folder, sites });
  const findings = findingsFor(wanted, standing, placement);
  if (some && foreignFile(standing)) return { findings, changes: [] };
  const files = some ? wantedFiles(wanted, compiler) : null;
  return { findings, changes: orderChanges(host, standing, placement, files) };
}

/** Our two files for a wanted set: the same set, in the same order, gives the same bytes. */
export function wantedFiles(wanted: readonly HeldAction[], compiler: RuleCompiler): WantedFiles {
  const { http, server } = compiler.compile(scopedRules(wanted));
  return { http: composeOwnFile(wanted, http), server: composeOwnFile(wanted, server) };
}

/** Nothing of ours can be in a configuration that is gone. */
const nothing: ConfigTree = { files: new Map(), visits: [] };

function exists({ files, configFile }: TreeSource & { files: Files }): boolean {
  return files.read(configFile) !== undefined;
}
