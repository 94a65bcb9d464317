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

/** Addresses of the policy of CVE-2026-42897, padded in every place behind what the rule looks for; the longest is longer than servers take by default. */
export const paddedAddresses: readonly string[] = [400, 7_800, 30_000].flatMap((length) =>
  ['a', '/', 'default.aspx', '%61', 'owa/', ';'].flatMap((unit) => {
    const padding = repeatTo(unit, length).replace(/%6?$/, '');
    return [`/owa/?${padding}`, `/owa/default.aspx${padding}`, `/owa/popout.aspx?x=${padding}`, `/OWA?${padding}`];
  }),
);
