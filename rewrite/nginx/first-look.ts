/**
 * What a server block looks for in each request before it asks for a verdict at all: an `if` with an expression costs less than a map, and
 * nearly all requests need no more. Only possible if every rule needs some word.
 */
export class FirstLook {
  readonly #scans = new Map<string, Set<string>>();
  #always = false;

  /** Rules that need one of these expressions (`~*`) in a variable. */
  add(source: string, expressions: readonly string[]): void {
    const known = this.#scans.get(source) ?? new Set();
    for (const expression of expressions) known.add(expression);
    this.#scans.set(source, known);
  }

  /** A rule that may fire on any request. */
  always(): void {
    this.#always = true;
  }

  /** Lines that set `answer` to `verdict` where a word is found; undefined if each request needs a verdict. */
  text(answer: string, verdict: string): string | undefined {
    if (this.#always || this.#scans.size === 0) return undefined;
    const looks = [...this.#scans].flatMap(([source, expressions]) =>
      [...expressions].map((one) => `if (${source} ~* "${one}") {\n    set ${answer} ${verdict};\n}\n`),
    );
    return `set ${answer} "";\n${looks.join('')}`;
  }
}
