/** Inserts padding at every place of an attack: before it, after it, and between its parts. One more for all places at once. */
export function paddedForms(parts: readonly string[], padding: string): readonly string[] {
  const one = parts.map((_, at) => [...parts.slice(0, at), padding, ...parts.slice(at)].join(''));
  const share = padding.slice(0, Math.floor(padding.length / (parts.length + 1)));
  return [...one, parts.join('') + padding, share + parts.map((part) => part + share).join('')];
}

/** `unit` repeated up to a length. */
export function repeatTo(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}
