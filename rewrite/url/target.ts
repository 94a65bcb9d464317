/** A request target taken apart, nothing decoded. */
export interface RequestTarget {
  /** Host and port of an absolute-form target (RFC 9112 section 3.2.2). */
  readonly authority?: string;
  /** Begins with `/` but for `OPTIONS *`. */
  readonly path: string;
  /** What follows the first `?`, which it begins with; empty without one. */
  readonly search: string;
}

/** Splits a target as HTTP.sys does: the path ends at the first `?`. */
export function splitTarget(url: string): RequestTarget {
  const absolute = /^https?:\/\/([^/?#]*)/i.exec(url);
  const rest = absolute ? url.slice(absolute[0].length) : url;
  const mark = rest.indexOf('?');
  const path = mark < 0 ? rest : rest.slice(0, mark);
  return {
    path: path === '' ? '/' : path,
    search: mark < 0 ? '' : rest.slice(mark),
    ...(absolute?.[1] === undefined ? {} : { authority: absolute[1] }),
  };
}
