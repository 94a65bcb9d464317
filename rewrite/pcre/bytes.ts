/** Printing bytes and sets of bytes so that neither PCRE nor nginx's quoted parameters read anything into them. */

const plain = /[\w/=&@~!,:'<>-]/;
const plainInClass = /[\w/=&@~!,:.?*+()|]/;

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

/** One byte outside a class. */
export function byteText(byte: number): string {
  const char = String.fromCharCode(byte);
  if (plain.test(char) && byte < 0x80) return char;
  return '.?*+()|'.includes(char) ? `\\${char}` : `\\x${hex(byte)}`;
}

function classText(byte: number): string {
  const char = String.fromCharCode(byte);
  return byte < 0x80 && plainInClass.test(char) ? char : `\\x${hex(byte)}`;
}

/** A class of bytes, sorted; the whole of them is `.` (patterns run with `(?s)`). Empty: undefined. */
export function byteClass(bytes: readonly number[], caseless: boolean): string | undefined {
  const shown = shownBytes(bytes, caseless);
  const [only] = shown;
  if (only === undefined) return undefined;
  if (shown.length === 1) return byteText(only);
  if (bytes.length === 256) return '.';
  const within = new Set(bytes);
  const rest = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !within.has(byte));
  const restShown = shownBytes(rest, caseless);
  const negated = `[^${rangesText(restShown)}]`;
  const direct = `[${rangesText(shown)}]`;
  return negated.length < direct.length ? negated : direct;
}

/** Where case does not matter a capital goes without saying beside its small letter. */
function shownBytes(bytes: readonly number[], caseless: boolean): readonly number[] {
  if (!caseless) return bytes;
  const all = new Set(bytes);
  return bytes.filter((byte) => byte < 0x41 || byte > 0x5a || !all.has(byte + 0x20));
}

function rangesText(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    let end = at;
    while (bytes[end + 1] === (bytes[end] ?? 0) + 1) end += 1;
    const [low, high] = [bytes[at] ?? 0, bytes[end] ?? 0];
    if (end - at < 2) for (let byte = low; byte <= high; byte += 1) text += classText(byte);
    else text += `${classText(low)}-${classText(high)}`;
    at = end + 1;
  }
  return text;
}

/** The two hexadecimal digits of any of the bytes, as alternatives without a group. */
export function hexForms(bytes: readonly number[], caseless: boolean): string {
  const byHigh = new Map<number, number[]>();
  for (const byte of bytes) byHigh.set(byte >> 4, [...(byHigh.get(byte >> 4) ?? []), byte & 15]);
  const byLow = new Map<string, number[]>();
  for (const [high, lows] of byHigh) {
    const key = digits(lows, caseless);
    byLow.set(key, [...(byLow.get(key) ?? []), high]);
  }
  return [...byLow].map(([lows, highs]) => digits(highs, caseless) + lows).join('|');
}

function digits(values: readonly number[], caseless: boolean): string {
  const chars = values.flatMap((value) => {
    const digit = value.toString(16);
    return caseless || value < 10 ? [digit] : [digit, digit.toUpperCase()];
  });
  const [only] = chars;
  if (only !== undefined && chars.length === 1) return only;
  return `[${rangesText(chars.map((char) => char.charCodeAt(0)).toSorted((a, b) => a - b))}]`;
}

/** One hexadecimal digit. */
export const anyHex = (caseless: boolean): string => (caseless ? '[0-9a-f]' : '[0-9A-Fa-f]');
