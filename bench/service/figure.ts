/** One line of a bench: what was measured, and what to hold it against. */
export interface Figure {
  readonly what: string;
  readonly figure: string;
  readonly yardstick: string;
}

/** Middle of the values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
