import { resolveDots } from '../url/cook-path.ts';
import { encodeLoose, encodePath } from '../url/encode.ts';
import { fromLevel } from '../url/level.ts';
import type { RequestState } from './request-state.ts';

const absoluteUrl = /^https?:\/\//i;

/** Where a Rewrite action leads: within the site, or through a proxy. */
export type Substitution =
  | { readonly kind: 'local'; readonly path: string; readonly query: string }
  | { readonly kind: 'proxy'; readonly url: string };

/**
 * Reads the filled-in `url` of a Rewrite action: relative to the level, from the site's root, or absolute. With
 * `append` the current query follows the substitution's own. `../` leads out of the level.
 */
export function substitute(
  url: string,
  level: string,
  state: RequestState,
  append: boolean,
  escapePercent: boolean,
): Substitution {
  const { before, query } = splitQuery(url);
  const joined = append ? joinQueries(query, state.query) : query;
  if (!absoluteUrl.test(url)) return { kind: 'local', path: resolveDots(fromLevel(before, level)), query: joined };
  const authority = /^https?:\/\/[^/]*/i.exec(before)?.[0] ?? before;
  const path = before.slice(authority.length);
  return {
    kind: 'proxy',
    url: `${encodeLoose(authority)}${encodePath(path === '' ? '/' : path, escapePercent)}${search(joined)}`,
  };
}

/** The URL that goes on after all rules: path and query of the site, or the absolute URL of a proxy rewrite. */
export function resultingUrl(state: RequestState, escapePercent: boolean): string {
  return state.absolute ?? encodePath(state.path, escapePercent) + search(state.query);
}

/** The absolute `Location` of a Redirect action. */
export function locationOf(url: string, level: string, state: RequestState, append: boolean): string {
  const mark = url.indexOf('#');
  const fragment = mark < 0 ? '' : url.slice(mark);
  const whole = mark < 0 ? url : url.slice(0, mark);
  const { before, query } = splitQuery(whole);
  const joined = append ? joinQueries(query, state.query) : query;
  return encodeLoose(absolute(before, level, state)) + search(joined) + encodeLoose(fragment);
}

function absolute(path: string, level: string, state: RequestState): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) return path;
  if (path.startsWith('//')) return `${state.request.scheme}:${path}`;
  return `${state.request.scheme}://${state.host}${fromLevel(path, level)}`;
}

function splitQuery(url: string): { readonly before: string; readonly query: string } {
  const mark = url.indexOf('?');
  return mark < 0 ? { before: url, query: '' } : { before: url.slice(0, mark), query: url.slice(mark + 1) };
}

/** Query of the substitution first, then the one the request came with. */
function joinQueries(own: string, appended: string): string {
  if (own === '' || appended === '') return own + appended;
  return own.endsWith('&') ? own + appended : `${own}&${appended}`;
}

function search(query: string): string {
  return query === '' ? '' : `?${encodeLoose(query)}`;
}
