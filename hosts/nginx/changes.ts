import type { FileChange, FileContent } from '@stopgap/agent';
import { editLines } from './lines/edit.ts';
import type { FileEdit, Placement } from './lines/placement.ts';
import { betweenSets, composeSetFile } from './own/set-file.ts';
import { ownPath, type StandingFiles } from './own/standing.ts';
import type { WantedFiles } from './wanted-files.ts';

/** Whose changes, and in which folder of ours. */
export interface ChangeMaker {
  readonly host: string;
  readonly folder: string;
}

/**
 * Every change in an order in which nginx accepts the configuration after each one, forwards and backwards:
 * our files before the lines that include them, the line in `http` (which defines variables) before all others (which
 * use them). Pure. `wanted` is `undefined` where all of ours is to go.
 */
export function orderChanges(
  by: ChangeMaker,
  standing: StandingFiles,
  placement: Placement,
  wanted: WantedFiles | undefined,
): readonly FileChange[] {
  const lines = placement.edits.map((edit) => ({ edit, change: lineChange(by, edit) }));
  const puts = lines.filter(({ edit }) => edit.insert.some(({ kind }) => kind === 'http'));
  const takes = lines.filter((line) => !puts.includes(line) && line.edit.removed.includes('http'));
  const others = lines.filter((line) => !puts.includes(line) && !takes.includes(line));
  const changesOf = (some: typeof lines) => some.map(({ change }) => change);
  if (!wanted) return [...changesOf(others), ...changesOf(takes), ...removals(by, standing)];
  const moves = lines.some(({ edit }) => edit.removed.includes('http'));
  const { before, after } = exchange(by, standing, wanted, moves);
  return [...before, ...changesOf(takes), ...changesOf(puts), ...after, ...changesOf(others)];
}

/** Those that use definitions before the one that has them. */
function removals(by: ChangeMaker, standing: StandingFiles): readonly FileChange[] {
  const ours = [...standing].filter(([, { found }]) => found.kind === 'ours');
  return usersFirst(ours).flatMap(([kind, file]) => ownChange(by, kind, file.content, null));
}

interface Exchange {
  readonly before: readonly FileChange[];
  /** To be made once the line in `http` is where it belongs. */
  readonly after: readonly FileChange[];
}

/**
 * `http.conf` defines what the others use. Where both sets are whole it holds the definitions of both while the others
 * are exchanged, so that there is no moment without rules; else the others use nothing for that moment.
 */
function exchange(by: ChangeMaker, standing: StandingFiles, wanted: WantedFiles, lineMoves: boolean): Exchange {
  const http = standing.get('http')?.content ?? null;
  const next = wanted.contents.get('http') ?? null;
  const kinds = [...new Set([...wanted.contents.keys(), ...standing.keys()])].filter((kind) => kind !== 'http');
  const now = (kind: string) => standing.get(kind)?.content ?? null;
  const users = (from: (kind: string) => FileContent | null) =>
    kinds.flatMap((kind) => ownChange(by, kind, from(kind), wanted.contents.get(kind) ?? null));
  if (!lineMoves && (same(http, next) || kinds.every((kind) => now(kind) === null))) {
    return { before: [...ownChange(by, 'http', http, next), ...users(now)], after: [] };
  }
  const both = lineMoves ? undefined : definitionsOfBoth(standing, wanted);
  if (both) {
    const before = [...ownChange(by, 'http', http, both), ...users(now), ...ownChange(by, 'http', both, next)];
    return { before, after: [] };
  }
  const idle = composeSetFile(betweenSets, '# The rules are being exchanged and follow at once.\n');
  const idling = (kind: string) => (now(kind) === null ? null : idle);
  const before = kinds.flatMap((kind) => ownChange(by, kind, now(kind), idling(kind)));
  return { before: [...before, ...ownChange(by, 'http', http, next)], after: users(idling) };
}

function definitionsOfBoth(standing: StandingFiles, wanted: WantedFiles): FileContent | undefined {
  const found = standing.get('http')?.found;
  const body = wanted.bodies.get('http');
  if (found?.kind !== 'ours' || body === undefined) return undefined;
  const whole = [...standing.values()].every((file) => file.found.kind !== 'ours' || file.found.intact);
  const named = found.holds.length > 0 && found.holds.join('\n') !== wanted.holds.join('\n');
  return whole && named ? composeSetFile(betweenSets, found.body + body) : undefined;
}

function usersFirst<T>(files: readonly (readonly [string, T])[]): readonly (readonly [string, T])[] {
  return [...files.filter(([kind]) => kind !== 'http'), ...files.filter(([kind]) => kind === 'http')];
}

function ownChange(
  { host, folder }: ChangeMaker,
  kind: string,
  before: FileContent | null,
  after: FileContent | null,
): readonly FileChange[] {
  if (same(before, after)) return [];
  const path = ownPath(folder, kind);
  const what = after === null ? 'removed' : before === null ? 'written' : 'rewritten';
  return [{ kind: 'file', host, path, before, after, summary: `rules in ${path} ${what}` }];
}

function lineChange({ host, folder }: ChangeMaker, edit: FileEdit): FileChange {
  const { file, insert, remove, blocks } = edit;
  const content = (text: string) => ({ base64: Buffer.from(text, 'latin1').toString('base64'), mode: file.mode });
  const into = insert.length > 0 ? [`include line into ${blocks.join(', ')}`] : [];
  const out = remove.length > 0 ? [`${remove.length} include line${remove.length > 1 ? 's' : ''} taken out`] : [];
  return {
    kind: 'file',
    host,
    path: file.path,
    before: content(file.text),
    after: content(editLines(file.text, edit, folder)),
    summary: `${[...into, ...out].join('; ')} (${file.path})`,
  };
}

function same(a: FileContent | null, b: FileContent | null): boolean {
  return a?.base64 === b?.base64;
}
