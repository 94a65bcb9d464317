import { chainTexts, matches } from './expression.ts';
import { expressionArgument } from './quoting.ts';

/** One `SetEnvIfExpr`: what it does where its expression holds. */
export interface Setting {
  readonly expression: string;
  /** `name=value` or `!name`; several with a blank between. */
  readonly change: string;
}

/**
 * Gathers `SetEnvIfExpr` lines. Apache works them out in their order when it has read a request's head, before any site, `.htaccess`
 * or module has changed it, and a virtual host can add to them but not leave them out.
 */
export class Statements {
  readonly prefix: string;
  /** Texts that are scanned for words, and the scans: for every request. */
  readonly #scans: Setting[] = [];
  /** All else, comments among them. */
  readonly #lines: (Setting | string)[] = [];
  /** Lines that make texts which only rules behind a scan look at. */
  readonly #behindScans = new Set<Setting | string>();
  readonly #gates: string[] = [];
  #always = false;
  readonly #texts = new Map<string, string>();
  readonly #temporary: string[] = [];
  readonly #kept = new Set<string>();
  readonly #counts = new Map<string, number>();

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /**
   * A variable that holds texts worked out from others, as a word. The same stem with the same lines is one variable. One that is not
   * `scanned` itself is only worked out where a scan found something, if that is enough for all rules.
   */
  text(stem: string, lines: (name: string) => readonly Setting[], use?: 'scanned'): string {
    const identity = `${stem}\n${JSON.stringify(lines(''))}`;
    const known = this.#texts.get(identity);
    if (known !== undefined) return variableWord(known);
    const name = this.fresh(stem);
    // What the lines read must stand before them.
    const made = lines(name);
    this.#texts.set(identity, name);
    if (use === 'scanned') this.#scans.push(...made);
    else {
      this.#lines.push(...made);
      for (const line of made) this.#behindScans.add(line);
    }
    return variableWord(name);
  }

  /** A variable that stays after the rules were worked out. */
  keep(name: string): void {
    this.#kept.add(name);
  }

  add(...lines: readonly (Setting | string)[]): void {
    this.#lines.push(...lines);
  }

  /** A variable that is set where a first look at a text, and then a scan of it, finds one of their expressions. */
  gate(source: string, first: readonly string[], scan: readonly string[]): string {
    const look = this.temporary('look');
    const name = this.temporary('gate');
    this.#gates.push(name);
    for (const expression of first) this.#scans.push(setWhere(matches(source, expression, true), look, '1'));
    const found = chainTexts(
      scan.map((expression) => matches(source, expression, true)),
      '||',
    );
    this.#scans.push(setWhere(chainTexts([isSet(look), found], '&&'), name, '1'));
    return name;
  }

  /** Some rule is behind no scan: texts are worked out for every request. */
  always(): void {
    this.#always = true;
  }

  fresh(stem: string): string {
    const count = (this.#counts.get(stem) ?? 0) + 1;
    this.#counts.set(stem, count);
    return `${this.prefix}_${stem}${count === 1 ? '' : count}`;
  }

  /** A variable that is taken away once all rules were worked out. */
  temporary(stem: string): string {
    const name = this.fresh(stem);
    this.#temporary.push(name);
    return name;
  }

  /** All lines; the texts are taken away again so that no application finds them in its environment. */
  lines(): readonly string[] {
    const gone = [...this.#texts.values(), ...this.#temporary].filter((name) => !this.#kept.has(name));
    const guard = this.#always
      ? undefined
      : chainTexts(this.#gates.length > 0 ? this.#gates.map(isSet) : ['false'], '||');
    const lines = this.#lines.map((line) => {
      if (typeof line === 'string') return line;
      const guarded = guard !== undefined && this.#behindScans.has(line);
      return lineText(guarded ? { ...line, expression: chainTexts([guard, line.expression], '&&') } : line);
    });
    return [
      ...this.#scans.map(lineText),
      ...lines,
      ...(gone.length > 0 ? [lineText(unsetWhere('true', ...gone))] : []),
    ];
  }
}

const lineText = ({ expression, change }: Setting): string =>
  `SetEnvIfExpr ${expressionArgument(expression)} ${change}`;

/** Sets a variable where an expression holds. */
export const setWhere = (expression: string, name: string, value: string): Setting => ({
  expression,
  change: `${name}=${value}`,
});

/** Takes variables away where an expression holds. */
export const unsetWhere = (expression: string, ...names: readonly string[]): Setting => ({
  expression,
  change: names.map((name) => `!${name}`).join(' '),
});

/** Sets a variable to what a group captured (`value` with `$1`), where the expression matches and all of `guards` hold. */
export function setCaptured(
  source: string,
  expression: string,
  name: string,
  { guard, value = '$1', caseless = false }: { guard?: string; value?: string; caseless?: boolean } = {},
): Setting {
  const match = matches(source, expression, caseless);
  return setWhere(guard === undefined ? match : chainTexts([guard, match], '&&'), name, value);
}

/** The word that reads a variable. */
export const variableWord = (name: string): string => `reqenv('${name}')`;
/** The expression that holds where a variable is set. */
export const isSet = (name: string): string => `-n ${variableWord(name)}`;
/** The name inside `variableWord`. */
export const nameOf = (value: string): string => value.slice("reqenv('".length, -2);
