/**
 * Patterns as glob(3) and fnmatch(3) read them, which is how nginx reads the parameter of `include` (ngx_conf_include,
 * src/core/ngx_conf_file.c): `*`, `?`, `[…]`, `\` escapes; no `{a,b}`, and a leading dot has to be written out.
 */

/** Whether nginx takes the parameter of `include` for a pattern; if not, it is a plain file name. */
export function isPattern(parameter: string): boolean {
  return /[*?[]/.test(parameter);
}

/** Whether one name of a folder matches one component of a pattern. */
export function matchesName(pattern: string, name: string): boolean {
  return nameTest(pattern)(name);
}

/** The same for many names. Time is at most the product of the lengths. */
export function nameTest(pattern: string): (name: string) => boolean {
  const pieces = readPieces(pattern);
  return (name) => matchesPieces(pieces, name);
}

function matchesPieces(pieces: readonly Piece[], name: string): boolean {
  const [first] = pieces;
  if (name.startsWith('.') && !(first?.kind === 'one' && first.literal)) return false;
  let piece = 0;
  let at = 0;
  let retry: { piece: number; at: number } | undefined;
  while (at < name.length || piece < pieces.length) {
    const wanted = pieces[piece];
    if (wanted?.kind === 'any') {
      retry = { piece, at: at + 1 };
      piece++;
    } else if (wanted && at < name.length && wanted.test(name[at] ?? '')) {
      piece++;
      at++;
    } else if (retry && retry.at <= name.length) {
      piece = retry.piece;
      at = retry.at;
    } else return false;
  }
  return true;
}

/** Whether a whole path matches a whole pattern, component by component. */
export function matchesPath(pattern: string, path: string): boolean {
  const patterns = pattern.split('/').filter((one) => one !== '');
  const names = path.split('/').filter((one) => one !== '');
  return patterns.length === names.length && patterns.every((one, index) => matchesName(one, names[index] ?? ''));
}

type Piece =
  | { readonly kind: 'any' }
  | { readonly kind: 'one'; readonly literal: boolean; readonly test: (ch: string) => boolean };

function readPieces(pattern: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const ends = pattern.includes('[') ? setEnds(pattern) : [];
  for (let at = 0; at < pattern.length; ) {
    const ch = pattern[at] ?? '';
    const set = ch === '[' ? readSet(pattern, at, ends) : undefined;
    if (set) {
      pieces.push({ kind: 'one', literal: false, test: set.test });
      at = set.end;
    } else if (ch === '*') {
      pieces.push({ kind: 'any' });
      at++;
    } else if (ch === '?') {
      pieces.push({ kind: 'one', literal: false, test: () => true });
      at++;
    } else {
      const escaped = ch === '\\' && at + 1 < pattern.length;
      const wanted = escaped ? pattern[at + 1] : ch;
      pieces.push({ kind: 'one', literal: true, test: (one) => one === wanted });
      at += escaped ? 2 : 1;
    }
  }
  return pieces;
}

/** `[a-z]`, `[!a]`, `[^a]`, `[[:digit:]]`; `undefined` when it is never closed, so that the `[` is an ordinary one. */
function readSet(
  pattern: string,
  start: number,
  ends: readonly number[],
): { test: (ch: string) => boolean; end: number } | undefined {
  const negated = pattern[start + 1] === '!' || pattern[start + 1] === '^';
  // A `]` that comes first stands for itself.
  let member = readMember(pattern, start + (negated ? 2 : 1));
  const end = ends[member.next] ?? -1;
  if (end === -1) return undefined;
  const tests = [member.test];
  while (member.next < end) {
    member = readMember(pattern, member.next);
    tests.push(member.test);
  }
  return { test: (ch) => tests.some((test) => test(ch)) !== negated, end: end + 1 };
}

/** For each place inside a set where the `]` is that closes it; -1: there is none. */
function setEnds(pattern: string): readonly number[] {
  const ends = Array.from(pattern, () => -1);
  for (let at = pattern.length - 1; at >= 0; at--) {
    ends[at] = pattern[at] === ']' ? at : (ends[readMember(pattern, at).next] ?? -1);
  }
  return ends;
}

/** One member of a set: a class, a range or a character; `next` is where the one behind it stands. */
function readMember(pattern: string, start: number): { test: (ch: string) => boolean; next: number } {
  classAt.lastIndex = start;
  const named = classAt.exec(pattern);
  if (named) {
    const members = classes.get(named[1] ?? '');
    return { test: (ch) => members?.test(ch) ?? false, next: start + named[0].length };
  }
  const at = pattern[start] === '\\' ? start + 1 : start;
  const from = pattern[at] ?? '';
  const ranged = pattern[at + 1] === '-' && pattern[at + 2] !== ']' && at + 2 < pattern.length;
  const to = ranged ? (pattern[at + 2] ?? '') : from;
  return { test: (ch) => ch >= from && ch <= to, next: at + (ranged ? 3 : 1) };
}

const classAt = /\[:([a-z]+):\]/y;
const classes = new Map([
  ['alnum', /[0-9A-Za-z]/],
  ['alpha', /[A-Za-z]/],
  ['digit', /[0-9]/],
  ['lower', /[a-z]/],
  ['upper', /[A-Z]/],
  ['punct', /[!-/:-@[-`{-~]/],
  ['space', /\s/],
  ['xdigit', /[0-9A-Fa-f]/],
]);
