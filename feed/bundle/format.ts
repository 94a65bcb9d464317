/**
 * An offline bundle: one file with what a look would have fetched.
 *
 *     stopgap-bundle 1 <SHA-256 of the next line>
 *     {"made":"2026-11-22T03:00:00Z","files":[{"path":"metadata/1.root.json","length":1234,"sha256":"…"}, …]}
 *     the bytes of all files, one after the other, in that order, and nothing else
 *
 * Nothing in it is trusted for standing in it: the files go through the same verification as if they had been fetched. The
 * format has one spelling of everything, so that a bundle cannot say one thing to one reader and another to the next; paths
 * are names to look up in memory and never become paths on a disk.
 */
import { decodeJson, listOf, object, text, whole } from '@stopgap/machine';
import { sha256 } from '../digest.ts';
import { Trouble } from '../trouble.ts';

/** Every cap on what a bundle may make its reader do. */
export const bundleLimits = {
  /** Of the whole file. */
  bytes: 160 * 1024 * 1024,
  /** Of the line that lists the files. */
  listBytes: 8 * 1024 * 1024,
  files: 20_000,
  pathLength: 500,
} as const;

/** A bundle, taken apart. */
export interface Bundle {
  /** When it was made, as its maker says: nobody has signed that. Ms since the epoch. */
  readonly made: number;
  /** By path in the repository, e.g. `metadata/timestamp.json`. */
  readonly files: ReadonlyMap<string, Buffer>;
}

const word = 'stopgap-bundle 1 ';
const firstLength = word.length + 64 + 1;

const list = object({
  made: text(24),
  files: listOf(
    object({
      path: text(bundleLimits.pathLength),
      length: whole(0, bundleLimits.bytes),
      sha256: text(64),
    }),
    bundleLimits.files,
  ),
});

type List = ReturnType<typeof list>;

/** The bytes of a bundle. Throws `Trouble` `content` for what no reader would take. */
export function writeBundle({ made, files }: Bundle): Buffer {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const entries = sorted.map(([path, bytes]) => ({ path, length: bytes.length, sha256: sha256(bytes) }));
  const said = { made: dateOf(made), files: entries };
  check(said);
  const bytes = Buffer.concat([
    Buffer.from(firstLineOf(lineOf(said)) + lineOf(said)),
    ...sorted.map(([, content]) => content),
  ]);
  if (bytes.length > bundleLimits.bytes)
    throw refused(`it would have ${bytes.length} bytes; ${bundleLimits.bytes} are the most taken`);
  return bytes;
}

/** Takes a bundle apart. Throws `Trouble` `content` for anything that is not written just so. */
export function readBundle(given: Uint8Array): Bundle {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  if (bytes.length > bundleLimits.bytes)
    throw refused(`it has ${bytes.length} bytes; ${bundleLimits.bytes} are the most taken`);
  if (!bytes.subarray(0, word.length).equals(Buffer.from(word))) {
    throw refused(`it does not begin with "${word.trim()}"; it is something else, or of a newer Stopgap`);
  }
  const end = bytes.subarray(0, firstLength + bundleLimits.listBytes).indexOf(0x0a, firstLength);
  if (end < 0) throw refused('its list of files does not end');
  const line = bytes.subarray(firstLength, end + 1);
  if (!bytes.subarray(0, firstLength).equals(Buffer.from(firstLineOf(line)))) {
    throw refused('its list of files is damaged; copy it again');
  }
  const said = readList(line);
  return { made: Date.parse(said.made), files: cut(bytes.subarray(end + 1), said) };
}

function readList(line: Buffer): List {
  let said: List;
  try {
    said = decodeJson(line.toString('utf8'), 'its list of files', list);
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error));
  }
  check(said);
  if (!line.equals(Buffer.from(lineOf(said))))
    throw refused('its list of files is not written in the one way there is');
  return said;
}

/** What the list must satisfy beyond its form: a real date, and names in order, each once and each a plain path. */
function check({ made, files }: List): void {
  if (Number.isNaN(Date.parse(made)) || dateOf(Date.parse(made)) !== made)
    throw refused(`its date ${JSON.stringify(made)} is none`);
  let before = '';
  for (const { path, sha256: hash } of files) {
    if (!isPlainPath(path)) throw refused(`it holds a file called ${JSON.stringify(path)}, which no repository has`);
    if (path <= before) throw refused(`its files are not in order, or ${path} is there twice`);
    if (!/^[0-9a-f]{64}$/.test(hash)) throw refused(`the digest of ${path} is none`);
    before = path;
  }
}

/** `metadata/…json` or `targets/…`, each part as it is quoted in a URL; no part that climbs. */
function isPlainPath(path: string): boolean {
  const [folder, ...parts] = path.split('/');
  if (folder === 'metadata') return parts.length === 1 && /^[A-Za-z0-9._~%!'()*-]+\.json$/.test(parts[0] ?? '');
  return (
    folder === 'targets' &&
    parts.length > 0 &&
    parts.every((part) => /^[A-Za-z0-9._~%!'()*-]+$/.test(part) && part !== '.' && part !== '..')
  );
}

function cut(content: Buffer, { files }: List): ReadonlyMap<string, Buffer> {
  const total = files.reduce((sum, { length }) => sum + length, 0);
  if (total !== content.length) {
    throw refused(
      `its files should have ${total} bytes together and have ${content.length}; it was cut off or added to, copy it again`,
    );
  }
  const found = new Map<string, Buffer>();
  let at = 0;
  for (const { path, length, sha256: hash } of files) {
    const bytes = content.subarray(at, at + length);
    if (sha256(bytes) !== hash) throw refused(`${path} in it is damaged; copy it again`);
    found.set(path, bytes);
    at += length;
  }
  return found;
}

function lineOf({ made, files }: List): string {
  const entries = files.map(({ path, length, sha256: hash }) => ({ path, length, sha256: hash }));
  return `${JSON.stringify({ made, files: entries })}\n`;
}

function firstLineOf(list: string | Buffer): string {
  return `${word}${sha256(Buffer.from(list))}\n`;
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

function refused(why: string): Trouble {
  return new Trouble('content', `the bundle is refused: ${why}`);
}
