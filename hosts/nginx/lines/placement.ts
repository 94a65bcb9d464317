import { httpBlocks, type ServerBlock, serverBlocks } from '../syntax/blocks.ts';
import { everyStatement, type Statement } from '../syntax/statements.ts';
import type { ConfigFile, ConfigTree, Visit } from '../syntax/tree.ts';
import type { LineEdit } from './edit.ts';
import { type LineKind, lineKind } from './include-line.ts';

/** What is to become of our lines in a whole configuration. */
export interface Placement {
  /** Files in which something is to change, in nginx's order of reading. */
  readonly edits: readonly (LineEdit & { readonly file: ConfigFile; readonly blocks: readonly string[] })[];
  /** Lines that stand where they should. */
  readonly standing: number;
  /** Blocks without their line, by title. */
  readonly without: readonly string[];
  /** Lines that stand where they should not. */
  readonly stray: number;
  /** Whether a line for `http` goes from where it is. */
  readonly httpMoves: boolean;
}

export interface PlacementWish {
  /** `false`: all our lines are to go. */
  readonly wanted: boolean;
  readonly folder: string;
  /** Server names to protect; `undefined`: all. */
  readonly sites: readonly string[] | undefined;
}

/** Where our lines have to stand, against where they do. Pure. */
export function placeLines(tree: ConfigTree, wish: PlacementWish): Placement {
  const spots = wish.wanted ? [...httpSpots(tree, wish.folder), ...serverSpots(tree, wish)] : [];
  const kept = new Set(spots.flatMap(({ keeper }) => keeper ?? []));
  const open = spots.filter(({ keeper }) => !keeper);
  const edits = [...tree.files.values()].map((file) => {
    const here = open.filter((spot) => spot.file === file);
    const ours = [...everyStatement(file.statements)].filter((one) => lineKind(one, file.text, wish.folder));
    return { file, insert: here, remove: ours.filter((one) => !kept.has(one)), blocks: here.map(({ title }) => title) };
  });
  const removed = edits.flatMap(({ file, remove }) => remove.map((one) => lineKind(one, file.text, wish.folder)));
  return {
    edits: edits.filter(({ insert, remove }) => insert.length + remove.length > 0),
    standing: kept.size,
    without: open.map(({ title }) => title),
    stray: removed.length,
    httpMoves: removed.includes('http'),
  };
}

/** Those of the `server` blocks that are to be protected: named in `sites`, or all. */
export function protectedServers(
  servers: readonly ServerBlock[],
  sites: readonly string[] | undefined,
): readonly ServerBlock[] {
  const wanted = sites && new Set(sites.map((name) => name.toLowerCase()));
  return servers.filter(({ names }) => !wanted || names.some((name) => wanted.has(name.toLowerCase())));
}

interface Spot {
  readonly file: ConfigFile;
  readonly kind: LineKind;
  /** Behind which byte the line goes in. */
  readonly at: number;
  readonly title: string;
  /** The line that does the job already. */
  readonly keeper: Statement | undefined;
}

/**
 * Behind the `{` of `http`; but behind the last `map_hash_…` directive where there is one, because nginx takes those
 * for duplicates once it has met a `map` (ngx_http_map_block sets their defaults).
 */
function httpSpots(tree: ConfigTree, folder: string): readonly Spot[] {
  return httpBlocks(tree).map(({ visit, file, body }) => {
    const inside = tree.visits.filter((one) => one.within === visit);
    const sizes = inside.findLastIndex(({ statement }) => /^map_hash_(?:max|bucket)_size$/.test(statement.name));
    const firstServer = inside.findIndex(({ statement }) => statement.name === 'server' && statement.body);
    const last = firstServer > sizes ? firstServer : inside.length;
    const keeper = inside.find((one, at) => at > sizes && at < last && stands(one, 'http', folder))?.statement;
    const behind = inside[sizes];
    const spot = behind ? { file: behind.file, at: behind.statement.end } : { file, at: body.start };
    return { ...spot, kind: 'http', title: 'http', keeper };
  });
}

/** Directives that could answer or change a request before our rules see it. */
const decisive = /^(?:rewrite|return|if|set|break|include|.*_by_lua(?:_block|_file)?)$/;

function serverSpots(tree: ConfigTree, { folder, sites }: PlacementWish): readonly Spot[] {
  return protectedServers(serverBlocks(tree), sites).map(({ file, body, title }) => {
    const first = body.statements.find((one) => decisive.test(one.name));
    const keeper = first && exactly(first, 'server', folder) ? first : undefined;
    return { file, kind: 'server', at: body.start, title, keeper };
  });
}

function stands({ statement }: Visit, kind: LineKind, folder: string): boolean {
  return exactly(statement, kind, folder);
}

function exactly(statement: Statement, kind: LineKind, folder: string): boolean {
  const [name, parameter, more] = statement.words;
  return name.value === 'include' && parameter?.value === `${folder}/${kind}.con[f]` && more === undefined;
}
