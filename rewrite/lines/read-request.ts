import type { FileSystemView, HeaderFields, RewriteRequest, RewriteResponse } from '../request.ts';

/** One line of `stopgap rewrite eval`'s requests. */
export interface RequestLine {
  /** Handed back as it came; `null` where the line has none. */
  readonly id: unknown;
  readonly request: RewriteRequest;
  readonly response:
    | (RewriteResponse & { readonly body: string; readonly names: ReadonlyMap<string, string> })
    | undefined;
  /** Virtual path of the configuration level; `/` where the line has none. */
  readonly scope: string;
}

/** A line that is no request; the message names what is wrong with it. */
export class RequestLineError extends Error {
  /** The line's id as far as it could be read. */
  readonly id: unknown;
  constructor(message: string, id: unknown, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'RequestLineError';
    this.id = id;
  }
}

type Fields = ReadonlyMap<string, unknown>;

/** Reads a line of JSON: `{"id","method","scheme","host","url","headers","remoteAddr","response","scope","fs"}`; only `url` is needed. */
export function readRequestLine(line: string): RequestLine {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    throw new RequestLineError('the line is not JSON', null, error);
  }
  const fields = fieldsOf(parsed, 'the line', null);
  const id = fields.get('id') ?? null;
  const read = new FieldReader(fields, id);
  const url = read.text('url');
  if (url === '') throw new RequestLineError('url is missing', id);
  const scheme = read.text('scheme', 'http').toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') throw new RequestLineError('scheme must be http or https', id);
  const headers = read.headers('headers').fields;
  const remoteAddr = read.text('remoteAddr');
  const fileSystem = read.fileSystem('fs');
  const request: RewriteRequest = {
    method: read.text('method', 'GET'),
    scheme,
    host: read.text('host', typeof headers.host === 'string' ? headers.host : ''),
    url,
    headers,
    ...(remoteAddr === '' ? {} : { remoteAddr }),
    ...(fileSystem ? { fileSystem } : {}),
  };
  return { id, request, response: readResponse(fields.get('response'), id), scope: read.text('scope', '/') };
}

function readResponse(value: unknown, id: unknown): RequestLine['response'] {
  if (value === undefined || value === null) return undefined;
  const fields = fieldsOf(value, 'response', id);
  const read = new FieldReader(fields, id);
  const status = fields.get('status') ?? 200;
  if (typeof status !== 'number') throw new RequestLineError('response.status must be a number', id);
  const { fields: headers, names } = read.headers('headers');
  return { status, headers, names, body: read.text('body') };
}

class FieldReader {
  readonly #fields: Fields;
  readonly #id: unknown;

  constructor(fields: Fields, id: unknown) {
    this.#fields = fields;
    this.#id = id;
  }

  text(name: string, fallback = ''): string {
    const value = this.#fields.get(name) ?? fallback;
    if (typeof value !== 'string') throw new RequestLineError(`${name} must be a string`, this.#id);
    return value;
  }

  /** Header fields by lower-case name, and how each name was written. */
  headers(name: string): { readonly fields: HeaderFields; readonly names: ReadonlyMap<string, string> } {
    const value = this.#fields.get(name) ?? {};
    const fields: Record<string, string | readonly string[]> = Object.create(null);
    const names = new Map<string, string>();
    for (const [written, content] of fieldsOf(value, name, this.#id)) {
      const lower = written.toLowerCase();
      names.set(lower, written);
      if (typeof content === 'string' || typeof content === 'number') fields[lower] = String(content);
      else if (isTexts(content)) fields[lower] = content;
      else throw new RequestLineError(`${name}: ${written} must be a string or a list of strings`, this.#id);
    }
    return { fields, names };
  }

  fileSystem(name: string): FileSystemView | undefined {
    const value = this.#fields.get(name);
    if (value === undefined || value === null) return undefined;
    const parts = fieldsOf(value, name, this.#id);
    const list = (part: string): readonly string[] => {
      const paths = parts.get(part) ?? [];
      if (!isTexts(paths)) throw new RequestLineError(`${name}.${part} must be a list of strings`, this.#id);
      return paths;
    };
    return listedFiles(list('files'), list('dirs'));
  }
}

/** A file system made of listed paths, and the directories they imply; letter case does not matter, as on Windows. */
export function listedFiles(files: readonly string[], directories: readonly string[]): FileSystemView {
  const bare = (path: string) => path.toLowerCase().replace(/\/+$/, '');
  const known = new Set(files.map(bare));
  const folders = new Set(directories.map(bare));
  for (const path of [...known, ...folders]) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) folders.add(path.slice(0, at));
  }
  return { isFile: (path) => known.has(path.toLowerCase()), isDirectory: (path) => folders.has(bare(path)) };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function fieldsOf(value: unknown, what: string, id: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RequestLineError(`${what} must be an object`, id);
  }
  return new Map(Object.entries(value));
}
