/** A character as itself in a regular expression. */
export const charText = (char: string): string =>
  /\w/.test(char) ? char : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** Any of some characters (ASCII, one at least): a class with ranges, or the one character. */
export function charsText(chars: Iterable<string>): string {
  const codes = [...new Set(chars)].map((char) => char.charCodeAt(0)).toSorted((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const code of codes) {
    const last = runs.at(-1);
    if (last && last[1] === code - 1) last[1] = code;
    else runs.push([code, code]);
  }
  const text = (code: number) => charText(String.fromCharCode(code));
  const [only] = codes;
  if (only !== undefined && codes.length === 1) return text(only);
  return `[${runs.map(([from, to]) => (from === to ? text(from) : `${text(from)}${to > from + 1 ? '-' : ''}${text(to)}`)).join('')}]`;
}
