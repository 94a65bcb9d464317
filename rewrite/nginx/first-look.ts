import type { Demand } from '../translate/condition.ts';
import { needsOf } from '../translate/gate-words.ts';
import type { Scan } from '../translate/input.ts';
import { sieveExpressions } from '../translate/sieve.ts';
import { expressionKey } from '../translate/text.ts';

/** Rules that are looked for in one variable. */
interface Look {
  escapes: boolean;
  readonly rules: (readonly Demand[])[];
}

/**
 * What a server block looks for in each request before it asks for a verdict at all: an `if` with an expression costs less than a map, and
 * nearly all requests need no more. Only possible if every rule needs some word.
 */
export class FirstLook {
  readonly #looks = new Map<string, Look>();
  #always = false;

  /** A rule that needs words in a variable; what it needs elsewhere is not looked for. */
  add({ source, escapes }: Scan, demands: readonly Demand[]): void {
    const look = this.#looks.get(source) ?? { escapes: false, rules: [] };
    const here = demands.filter(({ scan }) => scan.source === source);
    look.rules.push(here);
    look.escapes ||= escapes || here.some(({ scan }) => scan.escapes);
    this.#looks.set(source, look);
  }

  /** A rule that may fire on any request. */
  always(): void {
    this.#always = true;
  }

  /** Lines that set `answer` to `verdict` where a word is found; undefined if each request needs a verdict. */
  text(answer: string, verdict: string): string | undefined {
    if (this.#always || this.#looks.size === 0) return undefined;
    const ifs = [...this.#looks].flatMap(([source, { rules, escapes }]) =>
      sieveExpressions(rules.map(needsOf), escapes ? 'odd' : 'none').map(
        (one) =>
          `if (${source} ~* ${expressionKey(true, one).replace('~*', '')}) {\n    set ${answer} ${verdict};\n}\n`,
      ),
    );
    return `set ${answer} "";\n${ifs.join('')}`;
  }
}
