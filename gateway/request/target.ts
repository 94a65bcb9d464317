/** Where a request goes: the path and query for the upstream, and the authority when the request line names one. */
export interface Target {
  /** Exactly as on the request line, from the first `/` on; `*` for `OPTIONS *`. */
  readonly url: string;
  /** For an absolute-form target: replaces the Host field (RFC 9112 section 3.2.2). */
  readonly authority?: string;
}

/**
 * Reads the request target (RFC 9112 section 3.2) without changing a byte of path or query. `undefined`: a form that is not for
 * this server; 400.
 */
export function readTarget(method: string, raw: string): Target | undefined {
  if (raw.charCodeAt(0) === 0x2f) return { url: raw };
  if (raw === '*') return method === 'OPTIONS' ? { url: raw } : undefined;
  const scheme = /^https?:\/\//i.exec(raw)?.[0];
  if (scheme === undefined) return undefined;
  const rest = raw.slice(scheme.length);
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  if (authority === '' || authority.includes('@')) return undefined;
  const after = end < 0 ? '' : rest.slice(end);
  if (after === '' && method === 'OPTIONS') return { url: '*', authority };
  return { url: after.startsWith('/') ? after : `/${after}`, authority };
}

/** Whether a rewritten URL can stand on a request line: a path, and none of the characters that would end it early. */
export function isOriginForm(url: string): boolean {
  return /^\/[\u0021-\u007e\u0080-\u00ff]*$/.test(url);
}
