import type { Condition, OutboundRule, PreCondition, RewriteConfiguration, ScopedRules } from '../model.ts';
import { type Tested, testCondition, testPattern } from '../nginx/condition.ts';
import { and, type Formula, or } from '../nginx/formula.ts';
import type { Input } from '../nginx/inputs.ts';
import { Inexpressible } from '../nginx/pcre/index.ts';
import { testLevel } from '../nginx/rule.ts';
import { commentText } from '../nginx/text.ts';
import { patternTree } from '../pattern/index.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { variablesOf } from '../template/template.ts';
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
      const input = responseInput(condition);
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

function preConditionOf(rule: OutboundRule, configuration: RewriteConfiguration): PreCondition {
  const { position } = rule;
  if (rule.preCondition === '') {
    return { name: '', logicalGrouping: 'MatchAll', patternSyntax: 'ECMAScript', list: [], position };
  }
  const wanted = rule.preCondition.toLowerCase();
  const found = configuration.preConditions.find((one) => one.name.toLowerCase() === wanted);
  if (!found) throw new Inexpressible('preCondition', `"${rule.preCondition}" is not defined`);
  return found;
}

/** The input of a condition on the response; undefined for one on the request. */
function responseInput(condition: Condition): Input | undefined {
  const template = parseTemplate(condition.input);
  const [name] = variablesOf(template).filter((one) => one.startsWith('RESPONSE_'));
  if (name === undefined) return undefined;
  const [node] = template;
  if (template.length > 1 || node?.kind !== 'variable' || condition.matchType !== 'Pattern') {
    throw new Inexpressible('response template', `${condition.input} is more than one variable`);
  }
  const sources = new Map([
    ['RESPONSE_CONTENT_TYPE', '%{CONTENT_TYPE}'],
    ['RESPONSE_STATUS', '%{REQUEST_STATUS}'],
  ]);
  const source = sources.get(name);
  if (source === undefined) {
    throw new Inexpressible(
      `{${name}}`,
      'Apache keeps response headers in two tables and shows only one of several lines',
    );
  }
  return { source, decode: false, encoding: 'bytes', odd: 'never' };
}
