import type { OutboundRule, PreCondition, ScopedRules } from '../model.ts';
import { patternTree } from '../pattern/index.ts';
import { Inexpressible } from '../pcre/index.ts';
import { type Tested, testCondition, testPattern } from '../translate/condition.ts';
import { and, type Formula, or, test } from '../translate/formula.ts';
import { gateWords } from '../translate/gate-words.ts';
import { preConditionOf, responseInput } from '../translate/response-conditions.ts';
import { testLevel } from '../translate/rule.ts';
import { commentText } from '../translate/text.ts';
import { normaliseLevel } from '../url/level.ts';
import { emitFormula } from './emit-formula.ts';
import { emitGate } from './gate.ts';
import type { Inputs } from './inputs.ts';
import { inText, type Maps, none } from './maps.ts';
import { type AddedLine, addedLine } from './outbound-shape.ts';
import { quoted } from './text.ts';

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
    const inputs = list.map((condition) => responseInput(condition, responseSource));
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

/** Response headers of which there is one line. */
const single = new Set(['RESPONSE_CONTENT_TYPE', 'RESPONSE_CONTENT_LENGTH', 'RESPONSE_LOCATION', 'RESPONSE_STATUS']);

/** nginx's word for a `RESPONSE_*` variable. `@throws` Inexpressible. */
function responseSource(name: string): string {
  if (!single.has(name)) {
    throw new Inexpressible(`{${name}}`, 'nginx shows only one of several lines of this response header');
  }
  return name === 'RESPONSE_STATUS' ? '$status' : responseHeader(name.slice('RESPONSE_'.length));
}

const responseHeader = (name: string): string => `$sent_http_${name.replaceAll('-', '_').toLowerCase()}`;
