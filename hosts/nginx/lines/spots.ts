import { httpBlocks, protectedServers, type ServerBlock } from '../syntax/blocks.ts';
import type { Statement } from '../syntax/statements.ts';
import type { ConfigFile, ConfigTree, Visit } from '../syntax/tree.ts';
import { includedPattern, type LineKind, lineKind } from './include-line.ts';

/** A place where one of our lines has to stand. */
export interface Spot {
  readonly file: ConfigFile;
  readonly kind: LineKind;
  /** Behind which byte the line goes in. */
  readonly at: number;
  /** For people. */
  readonly title: string;
  /** The line that does the job already. */
  readonly keeper: Statement | undefined;
}

/**
 * Behind the `{` of `http`; but behind the last `map_hash_…` directive where there is one, because nginx takes those
 * for duplicates once it has met a `map` (ngx_http_map_block sets their defaults).
 */
export function httpSpots(tree: ConfigTree, folder: string): readonly Spot[] {
  return httpBlocks(tree).map(({ visit, file, body }) => {
    const inside = tree.visits.filter((one) => one.within === visit);
    const sizes = inside.findLastIndex(({ statement }) => /^map_hash_(?:max|bucket)_size$/.test(statement.name));
    const firstServer = inside.findIndex(({ statement }) => statement.name === 'server' && statement.body);
    const last = firstServer > sizes ? firstServer : inside.length;
    const stands = inside.find(({ statement }, at) => at > sizes && at < last && isLine(statement, 'http', folder));
    const behind = inside[sizes];
    const spot = behind ? { file: behind.file, at: behind.statement.end } : { file, at: body.start };
    return { ...spot, kind: 'http', title: 'the http block', keeper: stands?.statement };
  });
}

/** Directives that could answer or change a request before our rules see it. */
const decisive = /^(?:rewrite|return|if|set|break|include|.*_by_lua(?:_block|_file)?)$/;

/** The top of each protected server block. */
export function serverSpots(
  servers: readonly ServerBlock[],
  folder: string,
  sites: readonly string[] | undefined,
): readonly Spot[] {
  return protectedServers(servers, sites).map(({ file, body, title }) => {
    const first = body.statements.find((one) => {
      const ours = lineKind(one, file.text, folder);
      return decisive.test(one.name) && (ours === undefined || ours === 'server');
    });
    const keeper = first && isLine(first, 'server', folder) ? first : undefined;
    return { file, kind: 'server', at: body.start, title: `server ${title}`, keeper };
  });
}

/** The blocks in protected servers, themselves included, that have a directive of this name of their own. */
export function inheritedSpots(
  tree: ConfigTree,
  servers: readonly ServerBlock[],
  directive: LineKind,
  folder: string,
  sites: readonly string[] | undefined,
): readonly Spot[] {
  const wanted = new Set(protectedServers(servers, sites).map((server) => server.body));
  const spots = new Map<Statement, Spot>();
  for (const { statement, context, within } of tree.visits) {
    if (statement.name !== directive || (context !== 'server' && context !== 'location')) continue;
    const server = serverOf(within);
    const block = within?.statement;
    if (!within || !block?.body || !server?.statement.body || !wanted.has(server.statement.body)) continue;
    const keeper = block.body.statements.find((one) => isLine(one, directive, folder));
    spots.set(block, { file: within.file, kind: directive, at: block.body.start, title: titleOf(within), keeper });
  }
  return [...spots.values()];
}

function serverOf(visit: Visit | undefined): Visit | undefined {
  let here = visit;
  while (here && here.context !== 'http') here = here.within;
  return here;
}

function titleOf({ statement }: Visit): string {
  return statement.words.map(({ value }) => value).join(' ');
}

function isLine(statement: Statement, kind: LineKind, folder: string): boolean {
  const [name, parameter, more] = statement.words;
  return name.value === 'include' && parameter?.value === includedPattern(folder, kind) && more === undefined;
}
