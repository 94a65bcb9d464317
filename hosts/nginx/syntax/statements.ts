import { limits } from '../limits.ts';
import { lineAt, NginxConfigError } from './errors.ts';
import { endOfLua, holdsLua } from './lua.ts';
import { readHead, SyntaxTrouble, type Word } from './tokenizer.ts';

/** One directive. Offsets are in bytes; `end` is behind the `;` or the closing `}`. */
export interface Statement {
  readonly name: string;
  readonly words: readonly [Word, ...Word[]];
  readonly start: number;
  readonly end: number;
  readonly body?: Body;
}

/** What stands between `{` and `}`. */
export interface Body {
  /** Offset behind the `{`. */
  readonly start: number;
  /** Offset of the `}`. */
  readonly end: number;
  /** Empty for a block of Lua code. */
  readonly statements: readonly Statement[];
}

/** Every directive of one file. `file` is only named in errors. Throws `NginxConfigError`. */
export function parseStatements(file: string, text: string): readonly Statement[] {
  try {
    return readStatements(text, 0, 0).statements;
  } catch (error) {
    if (!(error instanceof SyntaxTrouble)) throw error;
    throw new NginxConfigError(error.code, file, lineAt(text, error.offset), error.message, error);
  }
}

/** All directives of a tree, a block's own before those inside it. */
export function* everyStatement(statements: readonly Statement[]): Generator<Statement> {
  for (const statement of statements) {
    yield statement;
    if (statement.body) yield* everyStatement(statement.body.statements);
  }
}

function readStatements(text: string, at: number, depth: number): { statements: Statement[]; end: number } {
  if (depth > limits.blockDepth) {
    throw new SyntaxTrouble('nested-too-deep', at, `blocks are nested deeper than ${limits.blockDepth}`);
  }
  const statements: Statement[] = [];
  for (let here = at; ; ) {
    const head = readHead(text, here);
    if (head.kind === 'end-of-file' || head.kind === 'close') {
      if (head.kind === 'close' && depth === 0) {
        throw new SyntaxTrouble('unexpected-character', head.at, 'unexpected "}"');
      }
      if (head.kind === 'end-of-file' && depth > 0) {
        throw new SyntaxTrouble('unexpected-end', head.at, 'unexpected end of file, expecting "}"');
      }
      return { statements, end: head.at };
    }
    const [name] = head.words;
    const common = { name: name.value, words: head.words, start: name.start };
    if (head.kind === 'simple') {
      statements.push({ ...common, end: head.after });
      here = head.after;
    } else {
      const inner = readBody(text, name.value, head.after, depth);
      statements.push({ ...common, end: inner.end + 1, body: inner });
      here = inner.end + 1;
    }
  }
}

function readBody(text: string, name: string, start: number, depth: number): Body {
  if (holdsLua(name)) return { start, end: endOfLua(text, start), statements: [] };
  const { statements, end } = readStatements(text, start, depth + 1);
  return { start, end, statements };
}
