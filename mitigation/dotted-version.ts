/** A build of dotted numbers, e.g. `15.2.1118.9` as `[15, 2, 1118, 9]`; `undefined` when it is not one (1 to 6 parts of up to 9 digits). */
export function parseDotted(build: string): readonly number[] | undefined {
  return /^[0-9]{1,9}(\.[0-9]{1,9}){0,5}$/.test(build) ? build.split('.').map(Number) : undefined;
}

/** Negative: `a` is older. Missing parts count as 0: `15.2` is `15.2.0.0`. */
export function compareDotted(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
