import type { OutboundRule, PreCondition, ScopedRules } from '../model.ts';
import { patternTree } from '../pattern/index.ts';
import { Inexpressible } from '../pcre/index.ts';
import { type Tested, testCondition, testPattern } from '../translate/condition.ts';
import { and, type Formula, or } from '../translate/formula.ts';
import { preConditionOf, responseInput } from '../translate/response-conditions.ts';
import { testLevel } from '../translate/rule.ts';
import { commentText } from '../translate/text.ts';
import { normaliseLevel } from '../url/level.ts';
import { chainTexts, printFormula } from './expression.ts';
import { headerChange, headerLines } from './header-lines.ts';
import type { Inputs } from './inputs.ts';
import { refuseCookieSeparators } from './joined-cookies.ts';
import { expressionArgument } from './quoting.ts';
import { isSet, type Statements, setWhere } from './statements.ts';

/** Apache follows at most ten internal redirects; each puts `REDIRECT_` before the names of the variables. */
const mostRedirects = 10;

/** Emits the outbound rules of owners: the test of the request at its start, the change where the response goes out. */
export class OutboundRules {
  readonly #statements: Statements;
  readonly #inputs: Inputs;
  readonly #sections: string[] = [];

  constructor(statements: Statements, inputs: Inputs) {
    this.#statements = statements;
    this.#inputs = inputs;
  }

  /** Takes in the enabled rules of a set. `@throws` Inexpressible. */
  add(set: ScopedRules): void {
    for (const rule of set.configuration.outboundRules) if (rule.enabled) this.addRule(set, rule);
  }

  /** Takes in one rule. */
  addRule(set: ScopedRules, rule: OutboundRule): void {
    const change = headerChange(rule);
    if (change === undefined) return;
    const comment = `# ${commentText(set.owner)}: ${commentText(rule.name)}\n`;
    const level = normaliseLevel(set.level);
    const groups = [preConditionOf(rule, set.configuration), { ...rule.conditions, patternSyntax: rule.patternSyntax }];
    const split = groups.map((group) => this.#conditions(group));
    const within = level === '/' ? [] : [testLevel(level, this.#inputs, 'wide')];
    const request = [...within, ...split.flatMap((one) => one.request)];
    const name = this.#statements.fresh('response');
    this.#statements.always();
    this.#statements.add(setWhere(printFormula(and(request.map((one) => one.formula))), name, '1'));
    const response = printFormula(and(split.map((one) => one.response)));
    const lines = headerLines(change, response === 'true' ? [] : [response]);
    const here = chainTexts(
      Array.from({ length: mostRedirects + 1 }, (_, count) => isSet('REDIRECT_'.repeat(count) + name)),
      '||',
    );
    this.#sections.push(
      `${comment}<If ${expressionArgument(here)}>\n${lines.map((line) => `    ${line}\n`).join('')}</If>\n`,
    );
  }

  text(): string {
    return this.#sections.join('');
  }

  /** What a group asks of the request and of the response, all of which must hold. */
  #conditions(group: Pick<PreCondition, 'logicalGrouping' | 'list' | 'patternSyntax'>): {
    readonly request: readonly Tested[];
    readonly response: Formula;
  } {
    const { list, patternSyntax } = group;
    const tested = list.map((condition) => {
      const input = responseInput(condition, responseSource);
      refuseCookieSeparators(condition, patternSyntax);
      if (input === undefined) {
        return { ofRequest: testCondition(condition, patternSyntax, this.#inputs, 'wide') };
      }
      const tree = patternTree(condition.pattern, patternSyntax, condition.ignoreCase);
      return { ofResponse: testPattern(tree, () => input, this.#inputs, 'wide', condition.negate).formula };
    });
    const request = tested.flatMap((one) => (one.ofRequest ? [one.ofRequest] : []));
    const response = tested.flatMap((one) => (one.ofResponse ? [one.ofResponse] : []));
    if (group.logicalGrouping === 'MatchAll' || list.length === 0) return { request, response: and(response) };
    if (request.length === 0) return { request, response: or(response) };
    const all: Tested = { formula: or(request.map((one) => one.formula)), demands: [] };
    if (response.length === 0) return { request: [all], response: and([]) };
    throw new Inexpressible('MatchAny', 'conditions on the request and on the response, any of which is enough');
  }
}

const responseSources: ReadonlyMap<string, string> = new Map([
  ['RESPONSE_CONTENT_TYPE', '%{CONTENT_TYPE}'],
  ['RESPONSE_STATUS', '%{REQUEST_STATUS}'],
]);

/** Apache's word for a `RESPONSE_*` variable. `@throws` Inexpressible. */
function responseSource(name: string): string {
  const source = responseSources.get(name);
  if (source !== undefined) return source;
  throw new Inexpressible(
    `{${name}}`,
    'Apache keeps response headers in two tables and shows only one of several lines',
  );
}
