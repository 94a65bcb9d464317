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

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ansi = new TextDecoder('windows-1252');

function decodeBytes(bytes: readonly number[]): string {
  const [only = 0x80] = bytes;
  if (bytes.length === 1 && only < 0x80) return String.fromCharCode(only);
  const all = Buffer.from(bytes);
  // Quicker than the decoder, and as exact where nothing had to be replaced.
  const text = all.toString('utf8');
  if (!text.includes('\ufffd')) return text;
  try {
    return utf8.decode(all);
  } catch {
    return ansi.decode(all);
  }
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
