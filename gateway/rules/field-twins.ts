import { requestFieldsOf, type ScopedRules } from '@stopgap/rewrite';

/** The name of a field in a request (name, value, name, value, …) that is another spelling of one that a rule knows; `undefined`: none. */
export type FindTwin = (rawHeaders: readonly string[]) => string | undefined;

/**
 * Finds fields whose name is that of a field with a hyphen which an enforced inbound rule reads or sets, but for what stands in
 * place of a hyphen. A rule sees `X-Evil`; CGI (RFC 3875 section 4.1.18), WSGI, Rack and PHP make one variable of it and of `X_Evil`, some also of
 * `X.Evil`, so that what a rule knows nothing of would stand for what it has looked at. `undefined`: no rule knows such a field.
 */
export function twinsOf(rules: readonly ScopedRules[]): FindTwin | undefined {
  const known = new Map<string, Set<string>>();
  for (const name of rules.flatMap(requestFieldsOf)) {
    const spelt = variableOf(name);
    if (spelt.includes('_')) known.set(spelt, (known.get(spelt) ?? new Set<string>()).add(name));
  }
  if (known.size === 0) return undefined;
  // A twin is as long as what it stands for: most names are told by that alone.
  const lengths = new Set([...known.keys()].map((name) => name.length));
  return (rawHeaders) => {
    for (let n = 0; n < rawHeaders.length; n += 2) {
      const name = rawHeaders[n] ?? '';
      if (lengths.has(name.length) && isOdd(name) && isTwin(name.toLowerCase(), known)) return name;
    }
    return undefined;
  };
}

/** Whether something other than a hyphen stands between the letters and digits. */
function isOdd(name: string): boolean {
  return /[^A-Za-z0-9-]/.test(name);
}

function isTwin(name: string, known: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const read = known.get(variableOf(name));
  return read !== undefined && [...read].some((one) => one !== name);
}

/** What those behind make of a field's name, lower case. */
function variableOf(name: string): string {
  return name.replace(/[^a-z0-9]/g, '_');
}
