import type { Statement } from './statements.ts';

/**
 * Where a directive stands, as far as it matters here. `location`: in a location, or an `if` of the rewrite module.
 * `other`: blocks whose insides are none of our business (stream, mail, events, maps, upstreams, …).
 */
export type Context = 'main' | 'http' | 'server' | 'location' | 'other';

/** One file of the configuration. */
export interface ConfigFile {
  /** With all links followed. */
  readonly path: string;
  /** One byte a character (latin1), so that offsets are byte offsets. */
  readonly text: string;
  /** Permission bits. */
  readonly mode: number;
  readonly statements: readonly Statement[];
}

/** One directive where nginx meets it. A file that is included twice has its directives visited twice. */
export interface Visit {
  readonly file: ConfigFile;
  readonly statement: Statement;
  readonly context: Context;
  /** The directive whose block it stands in, includes seen through; `undefined` at the top. */
  readonly within: Visit | undefined;
}

/** A whole configuration, as nginx reads it from its first file on. */
export interface ConfigTree {
  /** By real path, in the order of reading. Our own files are not among them. */
  readonly files: ReadonlyMap<string, ConfigFile>;
  /** In the order in which nginx meets them. */
  readonly visits: readonly Visit[];
}

/** The context inside a block. */
export function contextInside(outer: Context, directive: string): Context {
  if (outer === 'main') return directive === 'http' ? 'http' : 'other';
  if (outer === 'http') return directive === 'server' ? 'server' : 'other';
  if (outer === 'server' || outer === 'location') {
    return ['location', 'if', 'limit_except'].includes(directive) ? 'location' : 'other';
  }
  return 'other';
}

/** A directive's parameters, decoded from the bytes of the file. */
export function parameters(statement: Statement): readonly string[] {
  return statement.words.slice(1).map((word) => Buffer.from(word.value, 'latin1').toString('utf8'));
}
