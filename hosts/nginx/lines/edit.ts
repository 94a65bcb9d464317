import { everyStatement, parseStatements, type Statement } from '../syntax/statements.ts';
import { skipBlank } from '../syntax/tokenizer.ts';
import { endOfLine, includeLine, type LineKind, lineKind, markerAt } from './include-line.ts';

/** What is to become of our lines in one file. */
export interface LineEdit {
  /** Lines of ours that go. */
  readonly remove: readonly Statement[];
  /** Where lines come in: directly behind the `{` or `;` that ends before `at`. */
  readonly insert: readonly { readonly at: number; readonly kind: LineKind }[];
}

/** Carries an edit out. Everything but our lines stays byte for byte; what was put in is taken out again exactly. */
export function editLines(text: string, edit: LineEdit, folder: string): string {
  const gone = apart(edit.remove.map((statement) => extentOf(text, statement)));
  const insert = edit.insert
    .map(({ at, kind }) => ({ kind, at: at - gone.reduce((sum, one) => sum + (one.end <= at ? size(one) : 0), 0) }))
    .sort((a, b) => b.at - a.at);
  let result = gone.reduceRight((left, { start, end }) => left.slice(0, start) + left.slice(end), text);
  for (const { at, kind } of insert) result = insertLine(result, at, kind, folder);
  return result;
}

/** Takes all our lines out, also when the file has become unreadable for nginx meanwhile. */
export function stripLines(text: string, folder: string): string {
  return editLines(text, { remove: ourLines(text, folder), insert: [] }, folder);
}

/** All our lines in a file. */
export function ourLines(text: string, folder: string): readonly Statement[] {
  try {
    return [...everyStatement(parseStatements('', text))].filter((one) => lineKind(one, text, folder));
  } catch {
    return [...text.matchAll(/(?<=\n[ \t]*)include [^\s;]+\/[a-z_]+\.con\[f\];(?= # stopgap)/g)].flatMap(
      ({ 0: line, index }) => lineOfItsOwn(line, index),
    );
  }
}

/** In a file that cannot be parsed our line, being of one known form, is parsed alone. */
function lineOfItsOwn(line: string, index: number): readonly Statement[] {
  return parseStatements('', line).map((one) => ({ ...one, start: one.start + index, end: one.end + index }));
}

function insertLine(text: string, at: number, kind: LineKind, folder: string): string {
  const lineEnd = endOfLine(text, at);
  const rest = text.slice(at, lineEnd);
  const newline = lineBreakAt(text, lineEnd);
  const indent = indentFor(text, at);
  if (/^[ \t\r]*(?:#|$)/.test(rest)) {
    return `${text.slice(0, lineEnd)}${newline}${indent}${includeLine(folder, kind)}${text.slice(lineEnd)}`;
  }
  return `${text.slice(0, at)}${newline}${indent}${includeLine(folder, kind, true)}${newline}${text.slice(at)}`;
}

function lineBreakAt(text: string, lineEnd: number): string {
  const own = /^\r?\n/.exec(text.slice(lineEnd, lineEnd + 2))?.[0];
  return own ?? /\r?\n/.exec(text)?.[0] ?? '\n';
}

/** As the first directive of the block has it, else one step further in than the line of the `{`. */
function indentFor(text: string, at: number): string {
  const next = skipBlank(text, at);
  const lineStart = text.lastIndexOf('\n', next) + 1;
  const before = text.slice(lineStart, next);
  if (lineStart > at && next < text.length && text[next] !== '}' && isBlank(before)) return before;
  const own = /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1))?.[0] ?? '';
  if (text[at - 1] !== '{') return own;
  return own + (own.includes('\t') ? '\t' : '    ');
}

interface Extent {
  readonly start: number;
  readonly end: number;
}

/** What goes with one of our lines: exactly what was put in, or as much of it as is left. */
function extentOf(text: string, statement: Statement): Extent {
  const marker = markerAt(text, statement.end);
  const lineStart = text.lastIndexOf('\n', statement.start - 1) + 1;
  const leads = statement.start === lineStart || isBlank(text.slice(lineStart, statement.start));
  const own = { start: statement.start, end: afterBlanks(text, marker?.end ?? statement.end) };
  if (!leads || lineStart === 0) return own;
  const lineBreak = text[lineStart - 2] === '\r' ? 2 : 1;
  if (!marker && own.end !== endOfLine(text, own.end)) return own;
  const behind = marker?.split ? (/^\r?\n/.exec(text.slice(own.end, own.end + 2))?.[0].length ?? 0) : 0;
  return { start: lineStart - lineBreak, end: own.end + behind };
}

/** In order, none reaching into the one before. */
function apart(extents: readonly Extent[]): readonly Extent[] {
  const sorted = [...extents].sort((a, b) => a.start - b.start);
  return sorted.map(({ start, end }, index) => ({ start: Math.max(start, sorted[index - 1]?.end ?? 0), end }));
}

function afterBlanks(text: string, at: number): number {
  let here = at;
  while (text[here] === ' ' || text[here] === '\t') here++;
  return here;
}

function isBlank(text: string): boolean {
  return /^[ \t]*$/.test(text);
}

function size({ start, end }: Extent): number {
  return end - start;
}
