import { lineIndex } from '@stopgap/xml';
import { type ESTree, type ParseResult, parseSync, Visitor, type VisitorObject } from 'rolldown/utils';
import type { Source } from './sources.ts';

/** A parsed file: its tree (ESTree with TypeScript's nodes), its comments, and lines by offset. */
export interface Syntax {
  readonly program: ESTree.Program;
  readonly comments: ParseResult['comments'];
  /** Line of an offset, from 1. */
  readonly lineOf: (offset: number) => number;
}

const parsed = new WeakMap<Source, Syntax>();

/** Parses a source; throws with its path and the parser's words when it is not valid TypeScript. */
export function syntaxOf(source: Source): Syntax {
  const known = parsed.get(source);
  if (known) return known;
  const language = /\.[mc]?ts$/.test(source.path) ? 'ts' : 'js';
  const result = parseSync(source.path, source.text, { lang: language, astType: 'ts', sourceType: 'unambiguous' });
  const error = result.errors[0];
  if (error) throw new Error(`${source.path} cannot be parsed: ${error.message}`);
  const place = lineIndex(source.text);
  const syntax = { program: result.program, comments: result.comments, lineOf: (offset: number) => place(offset).line };
  parsed.set(source, syntax);
  return syntax;
}

/** Calls the visitor's functions for every node of a source. */
export function visit(source: Source, visitor: VisitorObject): void {
  new Visitor(visitor).visit(syntaxOf(source).program);
}
