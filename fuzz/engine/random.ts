/** Numbers that look random and are the same for the same seed (Mulberry32). */
export interface Random {
  /** A whole number from 0 to `below - 1`; 0 when `below` is 0. */
  readonly below: (below: number) => number;
  /** True once in `times`. */
  readonly once: (times: number) => boolean;
  readonly pick: <T>(list: readonly T[]) => T | undefined;
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (most: number) => (most <= 0 ? 0 : next() % most);
  return { below, once: (times) => below(times) === 0, pick: (list) => list[below(list.length)] };
}
