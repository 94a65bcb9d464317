import type { HeldAction, HostPlan } from '@stopgap/agent';
import { orderChanges } from './changes.ts';
import type { RuleCompiler } from './compiler.ts';
import { findingsFor } from './findings.ts';
import { placeLines } from './lines/placement.ts';
import { refuseForeignPatterns } from './own/foreign-patterns.ts';
import { foreignFile, lookAtOwnFiles, standingKinds } from './own/standing.ts';
import { readTree, type TreeSource } from './syntax/read-tree.ts';
import type { ConfigTree } from './syntax/tree.ts';
import { type CompileFor, wantedFiles } from './wanted-files.ts';

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
  const tree = some || exists(source) ? readTree(source) : nothing;
  if (some) refuseForeignPatterns(tree, source.configFile, folder);
  const files = some ? wantedFiles(wanted, compiler, on) : undefined;
  const kinds = [...(files?.contents.keys() ?? [])];
  const standing = lookAtOwnFiles(folder, kinds, source);
  const asItStands = placeLines(tree, { kinds: standingKinds(standing), folder, sites });
  const findings = findingsFor(wanted, standing, asItStands);
  if (foreignFile(standing)) return { findings, changes: [] };
  const placement = placeLines(tree, { kinds, folder, sites });
  return { findings, changes: orderChanges({ host, folder }, standing, placement, files) };
}

/** Nothing of ours can be in a configuration that is gone. */
const nothing: ConfigTree = { files: new Map(), visits: [] };

function exists({ files, configFile }: TreeSource): boolean {
  return files.read(configFile) !== undefined;
}
