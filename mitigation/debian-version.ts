/** A Debian version in its parts (Debian Policy, 5.6.12). */
export interface DebianVersion {
  readonly epoch: number;
  readonly upstream: string;
  readonly revision: string;
}

/** Parts of `[epoch:]upstream[-revision]`; `undefined` when dpkg would refuse it as a version. */
export function parseDebian(version: string): DebianVersion | undefined {
  const colon = version.indexOf(':');
  const epochText = colon < 0 ? '0' : version.slice(0, colon);
  if (!/^[0-9]{1,9}$/.test(epochText)) return undefined;
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  const upstream = dash < 0 ? rest : rest.slice(0, dash);
  const revision = dash < 0 ? '' : rest.slice(dash + 1);
  if (!/^[0-9][A-Za-z0-9.+:~-]*$/.test(upstream)) return undefined;
  if (dash >= 0 && !/^[A-Za-z0-9.+~]+$/.test(revision)) return undefined;
  return { epoch: Number(epochText), upstream, revision };
}

/** Negative: `a` is older. The algorithm of Debian Policy 5.6.12; an absent revision is equal to `0`. */
export function compareDebian(a: DebianVersion, b: DebianVersion): number {
  return Math.sign(a.epoch - b.epoch) || comparePart(a.upstream, b.upstream) || comparePart(a.revision, b.revision);
}

/** By turns, the longest run of non-digits is compared letter by letter, then the longest run of digits as a number. */
function comparePart(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const textA = /^[^0-9]*/.exec(a.slice(i))?.[0] ?? '';
    const textB = /^[^0-9]*/.exec(b.slice(j))?.[0] ?? '';
    const order = compareText(textA, textB);
    if (order !== 0) return order;
    i += textA.length;
    j += textB.length;
    const digitsA = /^[0-9]*/.exec(a.slice(i))?.[0] ?? '';
    const digitsB = /^[0-9]*/.exec(b.slice(j))?.[0] ?? '';
    const difference = compareDigits(digitsA, digitsB);
    if (difference !== 0) return difference;
    i += digitsA.length;
    j += digitsB.length;
  }
  return 0;
}

function compareText(a: string, b: string): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = weight(a[i]) - weight(b[i]);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

/** `~` sorts before everything, even the end; then the end; then letters; then the rest. */
function weight(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === '~') return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}

/** As whole numbers of any length, e.g. dates and hashes beyond 2^53. */
function compareDigits(a: string, b: string): number {
  const x = a.replace(/^0+/, '');
  const y = b.replace(/^0+/, '');
  if (x.length !== y.length) return Math.sign(x.length - y.length);
  return x < y ? -1 : x > y ? 1 : 0;
}
