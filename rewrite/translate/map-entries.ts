import type { RewriteMap } from '../model.ts';
import { Inexpressible, literalText } from '../pcre/index.ts';

/** More keys than that are too many to try one after the other. */
const mostKeys = 300;

/** The keys of a map as expressions, with their values, in an order in which the first that matches is right. `@throws` Inexpressible. */
export function mapEntries(map: RewriteMap): readonly { readonly expression: string; readonly value: string }[] {
  const { entries, ignoreCase, name } = map;
  if (entries.size > mostKeys) {
    throw new Inexpressible('rewrite map', `the map ${name} has more than ${mostKeys} keys`);
  }
  const seen = new Set<string>();
  return [...entries].map(([key, value]) => {
    const folded = ignoreCase ? key.toLowerCase() : key;
    if (!/^[ -~]+$/.test(key))
      throw new Inexpressible('rewrite map', `a key of the map ${name} is empty or no printable ASCII`);
    if (seen.has(folded)) throw new Inexpressible('rewrite map', `keys of the map ${name} differ in letter case only`);
    seen.add(folded);
    return { expression: `^${exactText(key)}\\z`, value };
  });
}

/** Letters of a key as they are, all else as bytes. */
const exactText = (key: string): string =>
  [...key].map((char) => (/\w/.test(char) ? char : literalText(char, false))).join('');
