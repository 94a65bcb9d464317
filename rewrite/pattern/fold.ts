/**
 * Case folding exactly as ECMAScript's `i` flag without `u` has it (ECMA-262, Canonicalize): simple upper case of one code unit,
 * and never from outside ASCII into ASCII, so that `ſ` is no `s` and the Kelvin sign no `k`.
 * ASCII letters are folded to lower case, which is how literals are shown and emitted.
 */
const folded = new Uint16Array(0x10000);
const beyondAscii = /[\u0080-\uffff]/;

/** The representative of a code unit's case class. */
export function foldCodeUnit(unit: number): number {
  if (unit < 0x80) return unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
  const known = folded[unit] ?? 0;
  if (known !== 0) return known;
  const upper = String.fromCharCode(unit).toUpperCase();
  const code = upper.charCodeAt(0);
  const result = upper.length === 1 && code >= 0x80 ? code : unit;
  folded[unit] = result;
  return result;
}

/** A string with each code unit folded; the same length, so that offsets stay. */
export function foldCase(text: string): string {
  if (!beyondAscii.test(text)) return text.toLowerCase();
  const units = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at += 1) units[at] = foldCodeUnit(text.charCodeAt(at));
  const chunks: string[] = [];
  for (let at = 0; at < units.length; at += 4096) chunks.push(String.fromCharCode(...units.subarray(at, at + 4096)));
  return chunks.join('');
}
