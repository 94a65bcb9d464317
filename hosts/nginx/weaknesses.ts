import type { HostSurvey } from '@stopgap/agent';
import type { ServerBlock } from './syntax/blocks.ts';
import { lineAt } from './syntax/errors.ts';
import { type ConfigTree, parameters, type Visit } from './syntax/tree.ts';

type Weakness = NonNullable<HostSurvey['weaknesses']>[number];
/** What stands in a block. */
type Within = ReadonlyMap<Visit | undefined, readonly Visit[]>;

/**
 * What nginx answers before it asks any line of a server block: a field that it cannot read or that stands twice (400), TRACE (405), a field
 * too long (494), certificates and TLS (495 to 497), a coding that it does not know (501).
 */
const early = new Set(['400', '405', '494', '495', '496', '497', '501']);

/**
 * Error pages through which an application is asked about a request that our rules have not seen: of an early status, handed to a named
 * location (which the lines of the server block are not asked about) or to a script (which finds the request in `$request_uri`). Pure.
 */
export function weaknessesIn(tree: ConfigTree, servers: readonly ServerBlock[]): readonly Weakness[] {
  const bodies = new Set(servers.map(({ body }) => body));
  const within = Map.groupBy(tree.visits, (visit) => visit.within);
  const pagesIn = (block: Visit | undefined) => (within.get(block) ?? []).filter(isErrorPage);
  const above = Map.groupBy(
    tree.visits.filter((visit) => visit.context === 'http' && isErrorPage(visit)),
    (page) => page.within,
  );
  const found = tree.visits.flatMap((server) => {
    const { statement, context } = server;
    if (context !== 'http' || !statement.body || !bodies.has(statement.body)) return [];
    const own = pagesIn(server);
    const pages = own.length > 0 ? own : (above.get(server.within) ?? []);
    return pages.flatMap((page) => weaknessOf(page, within, server) ?? []);
  });
  return [...new Map(found.map((one) => [one.what, one])).values()];
}

const isErrorPage = ({ statement }: Visit): boolean => statement.name === 'error_page';

function weaknessOf({ file, statement }: Visit, within: Within, server: Visit): Weakness | undefined {
  const words = parameters(statement);
  const target = words.at(-1) ?? '';
  const codes = words.filter((word) => early.has(word));
  if (codes.length === 0 || !asksAnApplication(target, within, server)) return undefined;
  const place = `${file.path}:${lineAt(file.text, statement.start)}`;
  return {
    what: `error_page ${words.join(' ')} (${place}) hands requests to ${target} that nginx refuses before any rule is asked (${codes.join(', ')})`,
    remedy: `take ${codes.join(', ')} out of it, or give ${codes.length > 1 ? 'them' : 'it'} a page that is a file`,
  };
}

/** A named location that only returns something asks nobody. */
function asksAnApplication(target: string, within: Within, server: Visit): boolean {
  if (!target.startsWith('@')) return /^\/[^?]*\.php\b/i.test(target);
  const named = within
    .get(server)
    ?.find(({ statement }) => statement.name === 'location' && parameters(statement)[0] === target);
  return !(named && within.get(named)?.some(({ statement }) => statement.name === 'return'));
}
