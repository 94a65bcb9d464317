import { createHash } from 'node:crypto';
import { lstatSync, type Stats } from 'node:fs';
import type { OutgoingHttpHeaders } from 'node:http';
import path from 'node:path';
import { type Files, joinInside, systemFolders } from '@stopgap/machine';

/** A file as it is answered. */
export interface StaticFile {
  readonly bytes: Buffer;
  /** The bytes of a small file, a character each: such a body goes out in one piece with its header. */
  readonly text: string | undefined;
  readonly headers: OutgoingHttpHeaders & { readonly etag: string; readonly 'cache-control': string };
}

/** Files that may be asked for: metadata and documents, no hidden ones, nothing that climbs out. */
const servable = /^\/(?:metadata|targets)(?:\/[A-Za-z0-9%][A-Za-z0-9._%-]*)+$/;
const maxFileBytes = 8 * 1024 * 1024;
/** Files are small; the newest are kept in memory up to this many bytes. */
const maxKeptBytes = 32 * 1024 * 1024;
/** Up to this many bytes a file is small. */
const smallBytes = 16 * 1024;
/** Paths whose file name is remembered: a crowd asks for the same few. */
const maxNames = 1000;

/** Answers paths below a repository folder. */
export function staticFiles(repository: string, files: Files): (urlPath: string) => StaticFile | undefined {
  const kept = new Map<string, { readonly identity: string; readonly file: StaticFile }>();
  let keptBytes = 0;
  const keep = (name: string, identity: string, file: StaticFile) => {
    if (keptBytes + file.bytes.length > maxKeptBytes) {
      kept.clear();
      keptBytes = 0;
    }
    kept.set(name, { identity, file });
    keptBytes += file.bytes.length;
  };
  const nameOf = remembered((urlPath: string) => fileFor(repository, urlPath), maxNames);
  return (urlPath) => {
    const name = nameOf(urlPath);
    const stat = name === undefined ? undefined : lstatSync(name, { throwIfNoEntry: false });
    if (name === undefined || !stat?.isFile()) return undefined;
    const identity = identityOf(stat);
    const before = kept.get(name);
    if (before?.identity === identity) return before.file;
    const state = leadsOut(repository, name) ? undefined : files.read(name, maxFileBytes);
    if (!state) return undefined;
    const { bytes } = state;
    const text = bytes.length <= smallBytes ? bytes.toString('latin1') : undefined;
    const file = { bytes, text, headers: headersFor(path.basename(name), bytes, stat) };
    keep(name, identity, file);
    return file;
  };
}

/** A pure function that remembers its last answers: all are forgotten when there are `most`. */
function remembered<T>(work: (given: string) => T, most: number): (given: string) => T {
  const known = new Map<string, T>();
  return (given) => {
    const before = known.get(given);
    if (before !== undefined) return before;
    const answer = work(given);
    if (known.size >= most) known.clear();
    known.set(given, answer);
    return answer;
  };
}

function fileFor(repository: string, urlPath: string): string | undefined {
  if (urlPath.length > 1024 || !servable.test(urlPath)) return undefined;
  try {
    const name = decodeURIComponent(urlPath).slice(1);
    const hidden = name.split('/').some((part) => part === '' || part.startsWith('.'));
    return hidden ? undefined : joinInside(repository, name);
  } catch {
    return undefined;
  }
}

/** A link to a folder elsewhere would serve what was never meant to be. */
function leadsOut(repository: string, name: string): boolean {
  const root = systemFolders.realPath(repository);
  const real = systemFolders.realPath(name);
  return root === undefined || real === undefined || !real.startsWith(root + path.sep);
}

/** A replaced file is another inode; its time alone could be the same. */
function identityOf(stat: Stats): string {
  return `${stat.ino}-${stat.mtimeMs}-${stat.size}`;
}

/** Names with a version or a hash never change content and may be kept for ever; `timestamp.json` must be asked for again. */
function headersFor(base: string, bytes: Buffer, stat: Stats): StaticFile['headers'] {
  const lasting = /^(?:\d+\.[^/]+\.json|[0-9a-f]{64,128}\..+)$/.test(base);
  return {
    'content-type': base.endsWith('.json') ? 'application/json' : 'application/octet-stream',
    'content-length': bytes.length,
    'cache-control': lasting ? 'public, max-age=31536000, immutable' : 'no-cache',
    'last-modified': stat.mtime.toUTCString(),
    'x-content-type-options': 'nosniff',
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
  };
}
