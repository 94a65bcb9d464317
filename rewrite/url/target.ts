/** A request target taken apart, nothing decoded. */
export interface RequestTarget {
  /** Host and port of an absolute-form target (RFC 9112 section 3.2.2). */
  readonly authority: string | undefined;
  /** Begins with `/` but for `OPTIONS *`. */
  readonly path: string;
  /** What follows the first `?`, which it begins with; empty without one. */
  readonly search: string;
}

/** Splits a target as HTTP.sys does: the path ends at the first `?`. */
export function splitTarget(url: string): RequestTarget {
  // Nearly every target begins with a slash.
  const absolute = url.charCodeAt(0) === 0x2f ? null : /^https?:\/\/([^/?#]*)/i.exec(url);
  const rest = absolute ? url.slice(absolute[0].length) : url;
  const mark = rest.indexOf('?');
  const path = mark < 0 ? rest : rest.slice(0, mark);
  const search = mark < 0 ? '' : rest.slice(mark);
  return { path: path === '' ? '/' : path, search, authority: absolute?.[1] };
}
