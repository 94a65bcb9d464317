/** Milliseconds. A storm of hints that bring something new costs at most one look in this time. */
const leastGap = 200;
/** Milliseconds. A storm of hints that bring nothing costs no more than one look in this time. */
const mostGap = 60_000;

/**
 * How long after a look the next hint has to wait, ms. Hints are not signed: whoever can answer for a feed's web server can
 * send any number of them. One that brought nothing new doubles the time, one that brought something sets it back. Pure.
 */
export function gapAfter(gap: number | undefined, look: { readonly hinted: boolean; readonly news: boolean }): number {
  return gap === undefined || look.news || !look.hinted ? leastGap : Math.min(2 * gap, mostGap);
}
