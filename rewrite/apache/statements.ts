import { matches } from './expression.ts';
import { expressionArgument } from './quoting.ts';

/**
 * Gathers `SetEnvIfExpr` lines. Apache works them out in their order when it has read a request's head, before any site, `.htaccess`
 * or module has changed it, and a virtual host can add to them but not leave them out.
 */
export class Statements {
  readonly prefix: string;
  readonly #lines: string[] = [];
  readonly #texts = new Map<string, string>();
  readonly #temporary: string[] = [];
  readonly #kept = new Set<string>();
  readonly #counts = new Map<string, number>();

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** A variable that holds texts worked out from others, as a word. The same stem with the same lines is one variable. */
  text(stem: string, lines: (name: string) => readonly string[]): string {
    const identity = `${stem}\n${lines('').join('\n')}`;
    const known = this.#texts.get(identity);
    if (known !== undefined) return variableWord(known);
    const name = this.fresh(stem);
    // What the lines read must stand before them.
    const made = lines(name);
    this.#texts.set(identity, name);
    this.#lines.push(...made);
    return variableWord(name);
  }

  /** A variable that stays after the rules were worked out. */
  keep(name: string): void {
    this.#kept.add(name);
  }

  add(...lines: readonly string[]): void {
    this.#lines.push(...lines);
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
    return [...this.#lines, ...gone.map((name) => unsetWhere('true', name))];
  }
}

/** Sets a variable where an expression holds. */
export const setWhere = (expression: string, name: string, value: string): string =>
  `SetEnvIfExpr ${expressionArgument(expression)} ${name}=${value}`;

/** Takes a variable away where an expression holds. */
export const unsetWhere = (expression: string, name: string): string =>
  `SetEnvIfExpr ${expressionArgument(expression)} !${name}`;

/** Sets a variable to what a group captured (`value` with `$1`), where the expression matches and all of `guards` hold. */
export function setCaptured(
  source: string,
  expression: string,
  name: string,
  { guard, value = '$1', caseless = false }: { guard?: string; value?: string; caseless?: boolean } = {},
): string {
  const match = matches(source, expression, caseless);
  return setWhere(guard === undefined ? match : `${guard} && ${match}`, name, value);
}

/** The word that reads a variable. */
export const variableWord = (name: string): string => `reqenv('${name}')`;
/** The expression that holds where a variable is set. */
export const isSet = (name: string): string => `-n ${variableWord(name)}`;
/** The name inside `variableWord`. */
export const nameOf = (value: string): string => value.slice("reqenv('".length, -2);
