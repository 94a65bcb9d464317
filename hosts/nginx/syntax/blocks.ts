import { lineAt } from './errors.ts';
import { type Listen, parseListen } from './listen.ts';
import type { Body } from './statements.ts';
import { type ConfigFile, type ConfigTree, parameters, type Visit } from './tree.ts';

/** The `http` block, or one of several: nginx takes only one, but says so itself. */
export interface HttpBlock {
  readonly visit: Visit;
  readonly file: ConfigFile;
  readonly body: Body;
}

/** One `server` block of the web server (not of `stream` or `mail`). */
export interface ServerBlock {
  readonly file: ConfigFile;
  readonly body: Body;
  /** As written, in order. */
  readonly names: readonly string[];
  readonly listens: readonly Listen[];
  /** `ssl on;`, in the block or above it: all its addresses speak TLS (nginx before 1.25.1). */
  readonly ssl: boolean;
  /** Parameters of each `access_log` in the block itself; empty: those of `http` hold. */
  readonly accessLogs: readonly (readonly string[])[];
  /** For people: its first name, or the place where it stands. */
  readonly title: string;
}

/** The `http` blocks, each once however often its file is included. */
export function httpBlocks(tree: ConfigTree): readonly HttpBlock[] {
  return blocksOf(tree, 'main', 'http').map(({ first, body }) => ({ visit: first, file: first.file, body }));
}

/** The `server` blocks in `http`, each once however often its file is included. */
export function serverBlocks(tree: ConfigTree): readonly ServerBlock[] {
  const sslAbove = tree.visits.some(
    ({ context, statement }) => context === 'http' && statement.name === 'ssl' && parameters(statement)[0] === 'on',
  );
  return blocksOf(tree, 'http', 'server').map(({ first, body, inside }) => {
    const all = (name: string) =>
      inside.filter(({ statement }) => statement.name === name).map(({ statement }) => parameters(statement));
    const names = all('server_name').flat();
    const named = names.find((name) => name !== '' && name !== '_');
    return {
      file: first.file,
      body,
      names,
      listens: all('listen').flatMap((one) => parseListen(one) ?? []),
      ssl: all('ssl').length > 0 ? all('ssl').some(([value]) => value === 'on') : sslAbove,
      accessLogs: all('access_log'),
      title: named ?? `at ${first.file.path}:${lineAt(first.file.text, first.statement.start)}`,
    };
  });
}

interface Found {
  readonly first: Visit;
  readonly body: Body;
  readonly inside: readonly Visit[];
}

function blocksOf(tree: ConfigTree, context: Visit['context'], name: string): readonly Found[] {
  const inside = Map.groupBy(tree.visits, (visit) => visit.within);
  const found = new Map<string, Found>();
  for (const visit of tree.visits) {
    const { body } = visit.statement;
    if (visit.context !== context || visit.statement.name !== name || !body) continue;
    const key = `${visit.file.path}:${visit.statement.start}`;
    if (!found.has(key)) found.set(key, { first: visit, body, inside: inside.get(visit) ?? [] });
  }
  return [...found.values()];
}

/** Those of the `server` blocks that are to be protected: named in `sites`, or all. */
export function protectedServers(
  servers: readonly ServerBlock[],
  sites: readonly string[] | undefined,
): readonly ServerBlock[] {
  const wanted = sites && new Set(sites.map((name) => name.toLowerCase()));
  return servers.filter(({ names }) => !wanted || names.some((name) => wanted.has(name.toLowerCase())));
}
