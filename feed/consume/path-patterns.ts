/**
 * Which delegations a document's path falls under (specification, 4.5 and 5.6.7), in time that is counted. tuf-js asks `minimatch`, which
 * makes a regular expression of a pattern: with three stars one name of 900 characters took 2.8 s, and a role may have thousands of
 * patterns. Here a part takes at most its length times that of the pattern, and nobody may cause more than `mostSteps`.
 */
import type { Targets } from '@tufjs/models';

/** Characters that are compared for one role that targets delegates to, itself and all below it; some tenth of a second. */
export const mostSteps = 20_000_000;

/** What matching has cost, by the role that targets delegates to (or targets itself). */
export interface Matching {
  readonly spent: Map<string, number>;
  /** Those who have caused too much: nothing more is matched for them. */
  readonly over: Set<string>;
}

/** Nothing spent yet. */
export function newMatching(): Matching {
  return { spent: new Map(), over: new Set() };
}

type Delegations = NonNullable<Targets['delegations']>;

/** The roles that may speak for a path, in their order. Adds what it costs to the account of `top`. */
export function rolesFor(
  delegations: Delegations,
  document: string,
  top: string,
  matching: Matching,
): readonly { readonly role: string; readonly terminating: boolean }[] {
  if (delegations.succinctRoles) return [...delegations.rolesForTarget(document)];
  const found: { role: string; terminating: boolean }[] = [];
  const parts = document.split('/');
  let steps = matching.spent.get(top) ?? 0;
  const spend = (count: number) => {
    steps += count;
  };
  for (const [role, entry] of Object.entries(delegations.roles ?? {})) {
    if (steps > mostSteps) break;
    const matches = entry.paths
      ? entry.paths.some((pattern) => steps <= mostSteps && matchesPath(pattern, parts, spend))
      : entry.isDelegatedPath(document);
    spend(1 + (entry.pathHashPrefixes?.length ?? 0));
    if (matches) found.push({ role, terminating: entry.terminating });
  }
  matching.spent.set(top, steps);
  if (steps > mostSteps) matching.over.add(top);
  return found;
}

type Spend = (steps: number) => void;

/** Whether a pattern matches a path, part by part: a star never reaches over a slash. */
export function matchesPath(pattern: string, parts: readonly string[], spend: Spend): boolean {
  const patterns = pattern.split('/');
  spend(patterns.length);
  return (
    patterns.length === parts.length && patterns.every((one, index) => matchesPart(one, parts[index] ?? '', spend))
  );
}

/** One character of a pattern: itself, any (`undefined`), or one of a set; or a star. */
type Element = 'star' | { readonly test: ((character: string) => boolean) | undefined };

/**
 * Like `minimatch`: a part that begins with a dot is matched by a dot alone, `.` and `..` only by themselves, and an empty one not by a
 * single star.
 */
function matchesPart(given: string, part: string, spend: Spend): boolean {
  spend(given.length);
  const pattern = given.replace(/\[([^\]!^])\]/g, '$1');
  if (!/[*?[]/.test(pattern)) return pattern === part;
  if (part === '.' || part === '..' || (part === '' && pattern === '*')) return false;
  if (/^[*?[]/.test(pattern) && part.startsWith('.')) return false;
  return matchesElements(elementsOf(pattern), part, spend);
}

/** Goes back to the last star alone, which is enough: what came before it cannot match better. */
function matchesElements(elements: readonly Element[], part: string, spend: Spend): boolean {
  let [at, element, star, from, steps] = [0, 0, -1, 0, 0];
  while (at < part.length && steps <= mostSteps) {
    steps += 1;
    const one = elements[element];
    if (one === 'star') {
      [star, from] = [element, at];
      element += 1;
    } else if (one && (one.test?.(part.charAt(at)) ?? true)) {
      at += 1;
      element += 1;
    } else if (star >= 0) {
      from += 1;
      [at, element] = [from, star + 1];
    } else break;
  }
  spend(steps);
  return at === part.length && elements.slice(element).every((one) => one === 'star');
}

function elementsOf(pattern: string): readonly Element[] {
  const tokens = pattern.match(/\*+|\?|\[[^\]]+\]|./gs) ?? [];
  return tokens.map((token): Element => {
    if (token.startsWith('*')) return 'star';
    if (token === '?') return { test: undefined };
    if (token.length > 1) return { test: setOf(token.slice(1, -1)) };
    return { test: (character) => character === token };
  });
}

/** `a-z_` or, with `!` or `^` before it, all but these. */
function setOf(text: string): (character: string) => boolean {
  const negated = text.length > 1 && /^[!^]/.test(text);
  const ranges = [...(negated ? text.slice(1) : text).matchAll(/(.)-(.)|(.)/gs)].map(([, from, to, only]) => {
    return [from ?? only ?? '', to ?? only ?? ''] as const;
  });
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== negated;
}
