import type { PatternSyntax } from '../model.ts';
import { expandPosixClasses } from './posix.ts';

const special = /[\\^$.*+?()[\]{}|/]/g;

/**
 * The ECMAScript pattern of the same meaning: POSIX classes written out; Wildcard and ExactMatch (URL Rewrite 2.1 reference,
 * `patternSyntax`) anchored at both ends, `*` any run of characters and captured, `?` any one character.
 */
export function asEcmaScript(source: string, syntax: PatternSyntax): string {
  if (syntax === 'ECMAScript') return expandPosixClasses(source);
  if (syntax === 'ExactMatch') return `^${source.replace(special, '\\$&')}$`;
  const body = source.replace(special, (char) =>
    char === '*' ? '([\\s\\S]*)' : char === '?' ? '[\\s\\S]' : `\\${char}`,
  );
  return `^${body}$`;
}
