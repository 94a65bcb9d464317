import { isUtf8 } from 'node:buffer';

/**
 * The path as IIS's modules see it ("cooked" by HTTP.sys): escapes decoded once (UTF-8; bytes that are not UTF-8 as
 * Windows-1252; `%uXXXX` as UTF-16, its PercentUAllowed default), `\` turned into `/`, repeated slashes collapsed, `.` and
 * `..` resolved, `..` above the root dropped. Escapes that HTTP.sys would answer with 400 stay as they are.
 */
export function cookPath(raw: string): string {
  if (!/[%\\\u0080-\uffff]|\/\/|\/\./.test(raw) && raw.startsWith('/')) return raw;
  return resolveDots(
    decodeEscapes(raw)
      .replaceAll('\\', '/')
      .replace(/\/{2,}/g, '/'),
  );
}

/** Runs of escapes and of raw bytes: Node hands on bytes of the request line as characters up to U+00FF. */
function decodeEscapes(raw: string): string {
  return raw.replace(/%u([0-9a-f]{4})|(?:%[0-9a-f]{2}|[\u0080-\u00ff])+/gi, (run, unit: string | undefined) => {
    if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
    const bytes: number[] = [];
    for (let at = 0; at < run.length; at++) {
      if (run[at] !== '%') bytes.push(run.charCodeAt(at));
      else {
        bytes.push(Number.parseInt(run.slice(at + 1, at + 3), 16));
        at += 2;
      }
    }
    return decodeBytes(bytes);
  });
}

/** The character of each byte in Windows-1252. (A decoder takes microseconds a call, and a URL may ask for it thousands of times.) */
const ansi = new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));

function decodeBytes(bytes: readonly number[]): string {
  // A byte alone is ASCII or no UTF-8, and the two are the same below 0x80.
  if (bytes.length > 1) {
    const all = Buffer.from(bytes);
    if (isUtf8(all)) return all.toString('utf8');
  }
  let text = '';
  for (const byte of bytes) text += ansi[byte];
  return text;
}

/** A path without `.` and `..`; a `..` above the root is dropped. */
export function resolveDots(path: string): string {
  if (!path.includes('/.')) return path;
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
    if (last && (segment === '.' || segment === '..')) kept.push('');
  }
  return `/${kept.join('/')}`;
}
