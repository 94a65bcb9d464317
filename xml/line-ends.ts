/** A text with every line end as one LF, and where its characters stood before. */
export interface PlainLines {
  readonly text: string;
  /** The offset in the text as it came. */
  readonly originalOf: (offset: number) => number;
}

/**
 * Makes CR LF and CR into LF, as a processor must before it parses (XML 1.0, section 2.11). The library would do it by itself, in
 * time that grows with the square of the number of line ends: half a megabyte of them keeps it busy for minutes.
 */
export function plainLines(text: string): PlainLines {
  if (!text.includes('\r')) return { text, originalOf: (offset) => offset };
  /** Offsets, in the new text, of the line ends that lost a character. */
  const shortened: number[] = [];
  for (const match of text.matchAll(/\r\n/g)) shortened.push(match.index - shortened.length);
  return { text: text.replace(/\r\n?/g, '\n'), originalOf: (offset) => offset + countBelow(shortened, offset) };
}

/** How many of the sorted numbers are less than `bound`. */
function countBelow(sorted: readonly number[], bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
