/**
 * The words of nginx's configuration language, read as `ngx_conf_read_token` (nginx 1.22, src/core/ngx_conf_file.c)
 * reads them. A text holds one byte a character (latin1), so that offsets are byte offsets and nothing is lost.
 */

/** One parameter of a directive. */
export interface Word {
  /** Quotes taken off and escapes resolved, still one byte a character. */
  readonly value: string;
  /** Offset of the first byte, opening quote included. */
  readonly start: number;
}

/** What stands next in a block. */
export type Head =
  | { readonly kind: 'end-of-file'; readonly at: number }
  | { readonly kind: 'close'; readonly at: number }
  /** `simple` ends with `;`, `block` with `{`; `after` is the offset behind that. */
  | { readonly kind: 'simple' | 'block'; readonly words: readonly [Word, ...Word[]]; readonly after: number };

/** Thrown inside this room; the reader of files adds the file and the line. */
export class SyntaxTrouble extends Error {
  readonly code: 'unexpected-end' | 'unexpected-character' | 'nested-too-deep';
  readonly offset: number;
  constructor(code: SyntaxTrouble['code'], offset: number, message: string) {
    super(message);
    this.name = 'SyntaxTrouble';
    this.code = code;
    this.offset = offset;
  }
}

/** Reads one directive's words, or the end of the block, from `at` on. Throws `SyntaxTrouble`. */
export function readHead(text: string, at: number): Head {
  const words: Word[] = [];
  let here = skipBlank(text, at);
  for (;;) {
    const ch = text[here];
    const [first] = words;
    if (ch === undefined) {
      if (first) throw unexpectedEnd(text);
      return { kind: 'end-of-file', at: here };
    }
    if (ch === '}' && !first) return { kind: 'close', at: here };
    if ((ch === ';' || ch === '{') && first) {
      return { kind: ch === ';' ? 'simple' : 'block', words: [first, ...words.slice(1)], after: here + 1 };
    }
    if (ch === ';' || ch === '{' || ch === '}') throw unexpected(text, here);
    const { word, end } = ch === '"' || ch === "'" ? readQuoted(text, here, ch) : readBare(text, here);
    words.push(word);
    here = skipBlank(text, end);
  }
}

/** Offset of the first byte from `at` on that is neither white space nor in a comment. */
export function skipBlank(text: string, at: number): number {
  let here = at;
  for (;;) {
    const ch = text[here];
    if (isBlank(ch)) here++;
    else if (ch === '#') {
      const newline = text.indexOf('\n', here);
      here = newline === -1 ? text.length : newline + 1;
    } else return here;
  }
}

function readBare(text: string, start: number): { word: Word; end: number } {
  let variable = false;
  for (let here = start; ; here++) {
    const ch = text[here];
    if (ch === undefined) throw unexpectedEnd(text);
    if (ch === '{' && variable) continue;
    variable = ch === '$';
    if (ch === '\\') here++;
    else if (here > start && (isBlank(ch) || ch === ';' || ch === '{')) {
      return { word: { value: resolveEscapes(text.slice(start, here)), start }, end: here };
    }
  }
}

function readQuoted(text: string, start: number, quote: string): { word: Word; end: number } {
  let here = start + 1;
  while (text[here] !== quote) {
    if (here >= text.length) throw unexpectedEnd(text);
    here += text[here] === '\\' ? 2 : 1;
  }
  const end = here + 1;
  const next = text[end];
  if (next !== undefined && !isBlank(next) && !';{)'.includes(next)) throw unexpected(text, end);
  return { word: { value: resolveEscapes(text.slice(start + 1, here)), start }, end };
}

function resolveEscapes(raw: string): string {
  if (!raw.includes('\\')) return raw;
  const meanings = new Map([
    ['t', '\t'],
    ['r', '\r'],
    ['n', '\n'],
  ]);
  return raw.replace(/\\(["'\\trn])/g, (_, ch: string) => meanings.get(ch) ?? ch);
}

function isBlank(ch: string | undefined): boolean {
  return ch === ' ' || ch === '\t' || ch === '\n' || ch === '\r';
}

function unexpected(text: string, offset: number): SyntaxTrouble {
  return new SyntaxTrouble('unexpected-character', offset, `unexpected ${JSON.stringify(text[offset])}`);
}

function unexpectedEnd(text: string): SyntaxTrouble {
  return new SyntaxTrouble('unexpected-end', text.length, 'unexpected end of file, expecting ";" or "}"');
}
