import { SyntaxTrouble } from './tokenizer.ts';

/**
 * Names of directives whose block is Lua code (lua-nginx-module): `content_by_lua_block`, `set_by_lua_block $x`, …
 * What stands between their braces is not nginx's language.
 */
export function holdsLua(directive: string): boolean {
  return directive.endsWith('_by_lua_block');
}

/**
 * Offset of the `}` that closes a block of Lua code whose text starts at `at`. Braces in Lua's strings, long brackets
 * and comments do not count (Lua 5.1 reference manual, section 2.1). Throws `SyntaxTrouble` when it is never closed.
 */
export function endOfLua(text: string, at: number): number {
  let depth = 1;
  let here = at;
  while (here < text.length) {
    const ch = text[here];
    if (ch === '}' && --depth === 0) return here;
    if (ch === '{') depth++;
    here = afterElement(text, here);
  }
  throw new SyntaxTrouble('unexpected-end', text.length, 'unexpected end of file in a block of Lua code');
}

/** Offset behind the comment, string or single byte that starts at `here`. */
function afterElement(text: string, here: number): number {
  const ch = text[here];
  if (ch === '-' && text[here + 1] === '-') {
    const long = afterLongBracket(text, here + 2);
    return long ?? endOfLine(text, here);
  }
  if (ch === '[') return afterLongBracket(text, here) ?? here + 1;
  if (ch === '"' || ch === "'") return afterString(text, here, ch);
  return here + 1;
}

/** `[[ … ]]`, `[=[ … ]=]`, …; `undefined` when there is none at `here`. */
function afterLongBracket(text: string, here: number): number | undefined {
  if (text[here] !== '[') return undefined;
  let level = 0;
  while (text[here + 1 + level] === '=') level++;
  if (text[here + 1 + level] !== '[') return undefined;
  const closing = `]${'='.repeat(level)}]`;
  const end = text.indexOf(closing, here + level + 2);
  return end === -1 ? text.length : end + closing.length;
}

function afterString(text: string, start: number, quote: string): number {
  for (let here = start + 1; here < text.length; here++) {
    const ch = text[here];
    if (ch === '\\') here++;
    else if (ch === quote) return here + 1;
    else if (ch === '\n') return here;
  }
  return text.length;
}

function endOfLine(text: string, here: number): number {
  const newline = text.indexOf('\n', here);
  return newline === -1 ? text.length : newline;
}
