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

/** `{UrlDecode:…}`: one pass over `%XX`, UTF-8; what is not UTF-8 becomes U+FFFD, invalid escapes and `+` stay. */
export function urlDecode(text: string): string {
  const first = text.indexOf('%');
  return first < 0 ? text : (decodeAscii(text) ?? decodeAll(text, first));
}

/** Room for the bytes of a text; longer ones are decoded piece by piece. */
const bytes = Buffer.alloc(8192);

/** The decoded text where every escape in it is of ASCII; `undefined` where it takes more. One flat string, quick to look through. */
function decodeAscii(text: string): string | undefined {
  if (text.length > bytes.length) return undefined;
  let end = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 0xff) return undefined;
    const escaped = unit === 0x25 ? escapedByte(text, at) : -1;
    if (escaped >= 0x80) return undefined;
    if (escaped >= 0) at += 2;
    bytes[end] = escaped >= 0 ? escaped : unit;
    end += 1;
  }
  return bytes.toString('latin1', 0, end);
}

function decodeAll(text: string, first: number): string {
  let out = '';
  let done = 0;
  for (let at = first; at >= 0; ) {
    const byte = escapedByte(text, at);
    if (byte < 0) {
      at = text.indexOf('%', at + 1);
      continue;
    }
    const end = byte < 0x80 ? at + 3 : endOfEscapes(text, at);
    out += text.slice(done, at) + (byte < 0x80 ? String.fromCharCode(byte) : decodeRun(text.slice(at, end)));
    done = end;
    at = text.indexOf('%', end);
  }
  return done === 0 ? text : out + text.slice(done);
}

/** The byte that an escape at this place stands for, or -1 where there is none. */
function escapedByte(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at + 1));
  const low = hexDigit(text.charCodeAt(at + 2));
  return text.charCodeAt(at) !== 0x25 || high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function endOfEscapes(text: string, from: number): number {
  let end = from;
  while (escapedByte(text, end) >= 0) end += 3;
  return end;
}

/** A run of escapes, of which some are beyond ASCII. As `TextDecoder` has it, at a third of its time. */
function decodeRun(run: string): string {
  const count = run.length / 3;
  const room = count <= bytes.length ? bytes : Buffer.alloc(count);
  for (let n = 0; n < count; n += 1) room[n] = escapedByte(run, 3 * n);
  return room.toString('utf8', 0, count);
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
