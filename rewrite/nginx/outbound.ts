import type { Condition, OutboundRule, PreCondition, RewriteConfiguration, ScopedRules } from '../model.ts';
import { patternTree } from '../pattern/index.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { variablesOf } from '../template/template.ts';
import { normaliseLevel } from '../url/level.ts';
import { type Tested, testCondition, testPattern } from './condition.ts';
import { and, emitFormula, type Formula, or, test } from './formula.ts';
import { emitGate } from './gate.ts';
import { gateWords } from './gate-words.ts';
import type { Input, Inputs } from './inputs.ts';
import { inText, type Maps, none } from './maps.ts';
import { type AddedLine, addedLine } from './outbound-shape.ts';
import { Inexpressible } from './pcre/index.ts';
import { testLevel } from './rule.ts';
import { commentText, quoted } from './text.ts';

/** What outbound rules become. */
export interface OutboundText {
  /** `add_header` lines. */
  readonly headers: string;
  /** For the top of a server block: it marks the requests of servers that the rules cover, and reads them before anything rewrites them. */
  readonly server: string;
}

/** Emits the outbound rules of owners, each as a line that is empty (and so not sent) where the rule does not fire. */
export class OutboundRules {
  readonly #maps: Maps;
  readonly #inputs: Inputs;
  readonly #lines: string[] = [];
  /** Values that have to be worked out while the request is still as it came. */
  readonly #early = new Set<string>();

  constructor(maps: Maps, inputs: Inputs) {
    this.#maps = maps;
    this.#inputs = inputs;
  }

  /** Takes in the enabled rules of a set. `@throws` Inexpressible. */
  add(set: ScopedRules): void {
    for (const rule of set.configuration.outboundRules) if (rule.enabled) this.addRule(set, rule);
  }

  /** Takes in one rule. */
  addRule(set: ScopedRules, rule: OutboundRule): void {
    const line = addedLine(rule);
    if (line === undefined) return;
    const comment = `${commentText(set.owner)}: ${commentText(rule.name)}`;
    const level = normaliseLevel(set.level);
    const groups = [
      preConditionOf(rule, set.configuration),
      { ...rule.conditions, patternSyntax: rule.patternSyntax },
    ].map((group) => this.#conditions(group, comment));
    const request = [
      ...(level === '/' ? [] : [testLevel(level, this.#inputs, 'wide')]),
      ...groups.flatMap((one) => one.request),
    ];
    const formula = and([
      test(this.#covered(), ['"~."']),
      this.#now(
        { formula: and(request.map((one) => one.formula)), demands: request.flatMap((one) => one.demands) },
        comment,
      ),
      ...groups.map((one) => one.response),
      ...(line.ifMissing ? [test(responseHeader(line.name), [none])] : []),
    ]);
    const value = emitFormula(this.#maps, formula, quoted(this.#maps.literal(line.value)), none, comment);
    this.#lines.push(headerLine(line, value));
  }

  text(): OutboundText {
    if (this.#lines.length === 0) return { headers: '', server: '' };
    const early = [...this.#early];
    const source = early.length === 0 ? none : `"${early.map(inText).join('')}"`;
    const reached = this.#maps.add('reached', source, [], '1');
    const covered = this.#maps.capture('covered');
    return { headers: this.#lines.join(''), server: `if (${reached} ~ "(?<${covered}>.)") {\n}\n` };
  }

  /** A capture that only servers with our lines make: empty in all others, where nginx would complain about a `set` variable. */
  #covered(): string {
    const covered = this.#maps.capture('covered');
    this.#maps.add('uncovered', none, [{ key: `"~(?<${covered}>.)"`, value: none }], none);
    return `$${covered}`;
  }

  /** What a group asks of the request, all of which must hold, and what of the response (and, where any is enough, of both). */
  #conditions(
    group: Pick<PreCondition, 'logicalGrouping' | 'list' | 'patternSyntax'>,
    comment: string,
  ): { readonly request: readonly Tested[]; readonly response: Formula } {
    const { list, patternSyntax } = group;
    const inputs = list.map((condition) => responseInput(condition));
    const ofRequest = list
      .filter((_, at) => inputs[at] === undefined)
      .map((condition) => testCondition(condition, patternSyntax, this.#inputs, 'wide'));
    const ofResponse = list.flatMap((condition, at) => {
      const input = inputs[at];
      if (input === undefined) return [];
      const tree = patternTree(condition.pattern, patternSyntax, condition.ignoreCase);
      return [testPattern(tree, () => input, this.#inputs, 'wide', condition.negate).formula];
    });
    if (group.logicalGrouping === 'MatchAll' || list.length === 0)
      return { request: ofRequest, response: and(ofResponse) };
    return { request: [], response: or([...ofRequest.map((one) => this.#now(one, comment)), ...ofResponse]) };
  }

  /** A test of the request, as a variable of its own that is read at the start of the request. */
  #now(tested: Tested, comment: string): Formula {
    if (tested.formula.kind === 'constant') return tested.formula;
    const gate = gateWords(tested.demands);
    const inner = () => emitFormula(this.#maps, tested.formula, '1', none, comment);
    const value = gate ? emitGate(this.#maps, gate.scan, [{ rule: tested, gate }], '1', inner) : inner();
    if (value.startsWith('$')) this.#early.add(value);
    return test(value, ['1']);
  }
}

function headerLine(line: AddedLine, value: string): string {
  return `add_header ${line.name} ${value} always;\n`;
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

/** Response headers of which there is one line. */
const single = new Set(['RESPONSE_CONTENT_TYPE', 'RESPONSE_CONTENT_LENGTH', 'RESPONSE_LOCATION', 'RESPONSE_STATUS']);

/** The input of a condition on the response; undefined for one on the request. */
function responseInput(condition: Condition): Input | undefined {
  const template = parseTemplate(condition.input);
  const names = variablesOf(template).filter((name) => name.startsWith('RESPONSE_'));
  const [name] = names;
  if (name === undefined) return undefined;
  const [node] = template;
  if (template.length > 1 || node?.kind !== 'variable' || condition.matchType !== 'Pattern') {
    throw new Inexpressible('response template', `${condition.input} is more than one variable`);
  }
  if (!single.has(name)) {
    throw new Inexpressible(`{${name}}`, 'nginx shows only one of several lines of this response header');
  }
  const source = name === 'RESPONSE_STATUS' ? '$status' : responseHeader(name.slice('RESPONSE_'.length));
  return { source, decode: false, encoding: 'bytes', odd: 'never' };
}

const responseHeader = (name: string): string => `$sent_http_${name.replaceAll('-', '_').toLowerCase()}`;
