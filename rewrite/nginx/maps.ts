/** One line of a map; key and value are parameters as they stand in the file. */
export interface MapEntry {
  readonly key: string;
  readonly value: string;
  /** Shown above the line; already fit for a comment. */
  readonly comment?: string;
}

/** Gathers `map` blocks. nginx works a map's variable out when it is first asked for, and once a request. */
export class Maps {
  readonly prefix: string;
  readonly #blocks: string[] = [];
  readonly #known = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  #dollar = false;

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** The variable (with its `$`) of a map; the same map twice is one variable. */
  add(stem: string, source: string, entries: readonly MapEntry[], fallback: string): string {
    const lines = entries.map(({ key, value }) => `    ${key} ${value};`);
    const identity = [source, ...lines, fallback].join('\n');
    const known = this.#known.get(identity);
    if (known !== undefined) return known;
    const name = this.#fresh(stem);
    this.#known.set(identity, name);
    const body = entries.flatMap(({ comment }, at) => [
      ...(comment === undefined ? [] : [`    # ${comment}`]),
      lines[at] ?? '',
    ]);
    this.#blocks.push([`map ${source} ${name} {`, ...body, `    default ${fallback};`, '}'].join('\n'));
    return name;
  }

  /** A name for a capture of a regular expression, without `$`. */
  capture(stem: string): string {
    return `${this.prefix}_${stem}`;
  }

  /** A text as part of a parameter in which nginx expands variables: a `$` comes from a variable that holds one. */
  literal(text: string): string {
    if (!text.includes('$')) return text;
    this.#dollar = true;
    return text.replaceAll('$', `\${${this.prefix}_dollar}`);
  }

  /** All blocks in the order in which they were asked for. */
  text(): string {
    const dollar = this.#dollar ? [`geo $${this.prefix}_dollar {\n    default "$";\n}`] : [];
    return [...dollar, ...this.#blocks].map((block) => `${block}\n`).join('');
  }

  #fresh(stem: string): string {
    const count = (this.#counts.get(stem) ?? 0) + 1;
    this.#counts.set(stem, count);
    return `$${this.prefix}_${stem}${count === 1 ? '' : count}`;
  }
}

/** No value: what a map gives that does not hit. */
export const none = '""';

/** The first of several values that is not empty, undefined without any; more than a hundred are joined in groups. */
export function firstOf(maps: Maps, all: readonly string[]): string {
  const values = all.filter((value) => value !== none);
  if (values.length > 100) {
    const groups: string[] = [];
    for (let at = 0; at < values.length; at += 100) groups.push(firstOf(maps, values.slice(at, at + 100)));
    return firstOf(maps, groups);
  }
  const [only] = values;
  if (only === undefined) return none;
  if (values.length === 1) return only;
  const capture = maps.capture('first_value');
  const key = `"~^ *(?<${capture}>[^ ]+)"`;
  return maps.add('first', `"${values.map(inText).join(' ')}"`, [{ key, value: `$${capture}` }], none);
}

/** `value` if any of several is not empty. */
export function anyOf(maps: Maps, all: readonly string[], value: string): string {
  const values = all.filter((one) => one !== none);
  if (values.length > 100) {
    const groups: string[] = [];
    for (let at = 0; at < values.length; at += 100) groups.push(anyOf(maps, values.slice(at, at + 100), value));
    return anyOf(maps, groups, value);
  }
  const [only] = values;
  if (only === undefined) return none;
  return values.length === 1
    ? only
    : maps.add('any', `"${values.map(inText).join('')}"`, [{ key: none, value: none }], value);
}

/** A value with text behind it: a variable's name must not run on. */
export const inText = (value: string): string => (value.startsWith('$') ? `\${${value.slice(1)}}` : value);
