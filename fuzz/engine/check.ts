import { isDeepStrictEqual } from 'node:util';

/** Throws unless both say the same; `what` is the sentence that does not hold. */
export function mustEqual(found: unknown, wanted: unknown, what: string): void {
  if (isDeepStrictEqual(found, wanted)) return;
  const show = (value: unknown) =>
    (
      JSON.stringify(value, (_key, inner) => (inner instanceof Map || inner instanceof Set ? [...inner] : inner)) ??
      String(value)
    ).slice(0, 400);
  throw new Error(`${what}: ${show(found)} and not ${show(wanted)}`);
}

/** Throws unless it holds. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** The pieces of an input between NUL bytes, as many as asked for; the last has the rest. */
export function piecesOf(input: Buffer, count: number): readonly string[] {
  const pieces = input.toString('latin1').split('\0');
  const rest = pieces.splice(count - 1).join('\0');
  return [...pieces, ...Array.from({ length: count - 1 - pieces.length }, () => ''), rest];
}
