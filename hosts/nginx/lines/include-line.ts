import type { Statement } from '../syntax/statements.ts';

/**
 * Our lines, by the file that they bring in. `http`: at the top of `http { }`. `server`: at the top of each `server { }`.
 * Any other is the name of a directive that nginx hands down only into blocks that have none of their own, e.g.
 * `add_header`: it stands in each block that has.
 */
export type LineKind = string;

/** Behind each of our lines, for people and for us. */
export const marker = '# stopgap';
/** Instead of `marker` where the line had to break another one in two; the line end behind it is ours as well. */
export const splitMarker = '# stopgap (line split)';

/**
 * Our line, without indentation and line end. The file is named by a pattern that only it can match: nginx refuses to
 * start when a plainly named file is missing, but not when a pattern matches nothing. So neither a folder deleted by
 * somebody, nor an old copy of the site's file put back after we are gone, can take the server down.
 */
export function includeLine(folder: string, kind: LineKind, split = false): string {
  return `include ${includedPattern(folder, kind)}; ${split ? splitMarker : marker}`;
}

/** What our line of a kind includes. */
export function includedPattern(folder: string, kind: LineKind): string {
  return `${folder}/${kind}.con[f]`;
}

/** Which of our lines a directive is, wherever it stands and however it was reformatted; `undefined`: it is not ours. */
export function lineKind(statement: Statement, text: string, folder: string): LineKind | undefined {
  const [, parameter, more] = statement.words;
  if (statement.name !== 'include' || statement.body || !parameter || more) return undefined;
  const [, path, kind, ending] = /^(.*)\/([a-z_]+)\.con(f|\[f\])$/.exec(parameter.value) ?? [];
  return path === folder || (ending === '[f]' && markerAt(text, statement.end)) ? kind : undefined;
}

/** The marker that stands behind a directive, on the same line and with nothing after it but blanks. */
export function markerAt(text: string, end: number): { readonly split: boolean; readonly end: number } | undefined {
  const lineEnd = endOfLine(text, end);
  const behind = text.slice(end, lineEnd);
  const comment = behind.trim();
  if (comment !== marker && comment !== splitMarker) return undefined;
  return { split: comment === splitMarker, end: end + behind.trimEnd().length };
}

/** Offset of the line end (LF, CR LF, or the text's end with or without a CR) of the line that holds `at`. */
export function endOfLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  const end = newline === -1 ? text.length : newline;
  return end > at && text[end - 1] === '\r' ? end - 1 : end;
}
