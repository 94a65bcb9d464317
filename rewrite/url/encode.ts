const bytesOf = new TextEncoder();

function escapeAll(text: string): string {
  let escaped = '';
  for (const byte of bytesOf.encode(text)) escaped += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return escaped;
}

/** `{UrlEncode:…}`: UTF-8, everything but RFC 3986's unreserved characters escaped. */
export function urlEncode(text: string): string {
  return text.replace(/[^A-Za-z0-9._~-]+/g, escapeAll);
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** `{UrlDecode:…}`: one pass over `%XX`, UTF-8; what is not UTF-8 becomes U+FFFD, invalid escapes and `+` stay. */
export function urlDecode(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => utf8.decode(Buffer.from(run.replaceAll('%', ''), 'hex')));
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** `{HtmlEncode:…}`. */
export function htmlEncode(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities.get(character) ?? character);
}

/**
 * A decoded path for the wire. `percent`: `%` is escaped too, so that decoding once gives the same text back; otherwise what
 * looks like an escape stays one.
 */
export function encodePath(path: string, percent: boolean): string {
  return path.replace(percent ? /[^\w.~!$&'()*+,;=:@/-]+/g : /[^\w.~!$&'()*+,;=:@/%-]+/g, escapeAll);
}

/** A query, or a whole URL, for the wire: only what no URL may hold is escaped (blanks, controls, non-ASCII, `"<>\^{|}` and the backtick). */
export function encodeLoose(text: string): string {
  return text.replace(/[^\w.~!$&'()*+,;=:@/?%#[\]-]+/g, escapeAll);
}

/** A header value without the characters that would end it (CR, LF, NUL), whatever a capture brought in. */
export function oneLine(text: string): string {
  return text.replace(/[\r\n\0]+/g, ' ');
}
