import type { InboundRule, ScopedRules } from '../model.ts';
import { Inexpressible } from '../pcre/index.ts';
import type { Demand } from '../translate/condition.ts';
import { and, type Formula } from '../translate/formula.ts';
import { type GateWords, gateWords, needsOf } from '../translate/gate-words.ts';
import { RuleReferences } from '../translate/references.ts';
import type { Collection } from '../translate/refusals.ts';
import { fieldsKnownTo } from '../translate/request-fields.ts';
import { responseText } from '../translate/response-text.ts';
import { type RuleTest, testRule } from '../translate/rule.ts';
import { scanExpressions } from '../translate/scan.ts';
import { sieveExpressions } from '../translate/sieve.ts';
import { commentText } from '../translate/text.ts';
import { normaliseLevel } from '../url/level.ts';
import { type Answer, abort, customAnswer } from './answers.ts';
import { chainTexts, printFormula } from './expression.ts';
import { twinTest } from './field-twins.ts';
import type { Inputs } from './inputs.ts';
import { refuseCapturedCookies, refuseCookieSeparators } from './joined-cookies.ts';
import { locationText } from './location.ts';
import { isSet, type Statements, setWhere, variableWord } from './statements.ts';
import { stringWord } from './string-word.ts';

/** A rule that ends the processing of its phase. No answer: it lets the request go on. */
export interface EndingRule {
  /** Fit for a comment: owner and name. */
  readonly comment: string;
  readonly test: RuleTest;
  readonly answer: Answer | undefined;
  /** Where the answer can be made, and what is answered elsewhere. Undefined: everywhere. */
  readonly only?: Only;
}

interface Only {
  readonly where: Formula;
  readonly otherwise: Answer;
}

/** A rule that stops its phase and lets the request go on. */
export const goesOn = 'on';
/** Escapes that no encoder writes: of letters, digits, `-`, `_`, and of `%` itself; a word may be hidden in them. */
const oddEscapes = '%(?:25|2d|3[0-9]|[46][1-9a-f]|[57][0-9a]|5f|u)';

/** Reads the enabled rules of a collection that end something. `@throws` Inexpressible. */
export function readRules(
  set: ScopedRules,
  collection: Collection,
  inputs: Inputs,
  statements: Statements,
): readonly EndingRule[] {
  return set.configuration[collection].flatMap((rule) => {
    const ending = rule.enabled ? readRule(set, collection, rule, inputs, statements) : undefined;
    return ending ? [ending] : [];
  });
}

/** One rule; undefined where it changes nothing. */
export function readRule(
  set: ScopedRules,
  collection: Collection,
  rule: InboundRule,
  inputs: Inputs,
  statements: Statements,
): EndingRule | undefined {
  for (const field of fieldsKnownTo(rule)) twinTest(field);
  const level = collection === 'globalRules' ? '/' : normaliseLevel(set.level);
  const { rewriteMaps } = set.configuration;
  const references = new RuleReferences(rule, level, inputs, rewriteMaps);
  const made = answerOf(rule, level, inputs, statements, references);
  const answer = made?.answer;
  if (answer === undefined && !rule.stopProcessing) return undefined;
  refuseCapturedCookies(rule);
  for (const condition of rule.conditions.list) refuseCookieSeparators(condition, rule.patternSyntax);
  const test = testRule(rule, level, inputs, answer === undefined ? 'narrow' : 'wide', rewriteMaps);
  const comment = `${commentText(set.owner)}: ${commentText(rule.name)}`;
  return { comment, test, answer, ...(made?.only ? { only: made.only } : {}) };
}

interface Made {
  readonly answer: Answer;
  readonly only?: Only;
}

function answerOf(
  rule: InboundRule,
  level: string,
  inputs: Inputs,
  statements: Statements,
  references: RuleReferences,
): Made | undefined {
  if (rule.serverVariables.length > 0) {
    throw new Inexpressible('serverVariables', 'request headers and variables would have to be set behind this test');
  }
  const { action } = rule;
  switch (action.type) {
    case 'None':
      return undefined;
    case 'AbortRequest':
      return { answer: abort };
    case 'CustomResponse': {
      const { pieces, clean } = responseText(action.statusDescription, inputs, references);
      const texts = pieces.map((piece) =>
        typeof piece === 'string' ? piece : { word: stringWord(piece.source, statements) },
      );
      const otherwise = customAnswer(action.statusCode, []);
      return {
        answer: customAnswer(action.statusCode, texts),
        ...(clean ? { only: { where: clean, otherwise } } : {}),
      };
    }
    case 'Redirect': {
      const { text, clean } = locationText(action, level, inputs, statements, references);
      // A Location that cannot be made is a request that nobody means.
      const otherwise = customAnswer(400, []);
      return {
        answer: { status: action.status, location: text },
        ...(clean ? { only: { where: clean, otherwise } } : {}),
      };
    }
    case 'Rewrite':
      throw new Inexpressible(
        'Rewrite',
        'only mod_rewrite gives a request another path, and its rules for the whole server are not handed down to virtual hosts',
      );
  }
}

/** A rule whose answer can only be made somewhere is two: there it gives it, elsewhere something else. */
function split(rule: EndingRule): readonly EndingRule[] {
  const { only, answer, test } = rule;
  if (!only || !answer) return [rule];
  const { demands } = test;
  return [
    { ...rule, test: { formula: and([test.formula, only.where]), demands } },
    { ...rule, answer: only.otherwise },
  ];
}

/** Emits the lines of a phase: its variable becomes the value of the first rule that fires. Returns the variable. */
export function emitPhase(
  statements: Statements,
  rules: readonly EndingRule[],
  stem: string,
  valueFor: (answer: Answer) => string,
  guard?: string,
): string | undefined {
  const all = rules.flatMap(split);
  const lastAnswer = all.findLastIndex((rule) => rule.answer !== undefined);
  if (lastAnswer < 0) return undefined;
  const name = statements.fresh(stem);
  const gated = all.slice(0, lastAnswer + 1).map((rule) => ({ rule, gate: gateWords(rule.test.demands) }));
  const gates = emitGates(
    statements,
    gated.flatMap(({ rule, gate }) => (gate ? [{ ...gate, demands: rule.test.demands }] : [])),
  );
  if (gated.some(({ gate }) => gate === undefined)) statements.always();
  const tested = gated.map(({ rule, gate }) => ({
    comment: rule.comment,
    open: gate ? gates.get(gate.scan.source) : undefined,
    value: rule.answer ? valueFor(rule.answer) : goesOn,
    formula: printFormula(rule.test.formula, 2),
  }));
  for (const block of blocksOf(tested)) {
    const [first] = block;
    const parts = [
      ...(guard === undefined ? [] : [guard]),
      ...(first.open === undefined ? [] : [isSet(first.open)]),
      `-z ${variableWord(name)}`,
      chainTexts(
        block.map(({ formula }) => formula),
        '||',
      ),
    ];
    const comments = block.map(({ comment }) => `# ${comment}`);
    statements.add(...comments, setWhere(chainTexts(parts, '&&'), name, first.value));
  }
  return name;
}

/** A rule as it is printed. */
interface Tested {
  readonly comment: string;
  /** The gate that it is behind. */
  readonly open: string | undefined;
  readonly value: string;
  readonly formula: string;
}

/** So many rules at most stand in one line. */
const blockSize = 50;

/** Neighbours behind the same gate with the same answer, which share a line: a closed gate is looked at once for all of them. */
function blocksOf(rules: readonly Tested[]): readonly (readonly [Tested, ...Tested[]])[] {
  const blocks: [Tested, ...Tested[]][] = [];
  for (const rule of rules) {
    const last = blocks.at(-1);
    if (last && last.length < blockSize && last[0].open === rule.open && last[0].value === rule.value) last.push(rule);
    else blocks.push([rule]);
  }
  return blocks;
}

/** One scan for each text for the words of all rules; where none is found, their rules are not looked at. */
function emitGates(
  statements: Statements,
  gates: readonly (GateWords & { readonly demands: readonly Demand[] })[],
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const source of new Set(gates.map((gate) => gate.scan.source))) {
    const here = gates.filter((gate) => gate.scan.source === source);
    const words = [...new Set(here.flatMap((gate) => gate.words))].toSorted();
    const escapes = here.some((gate) => gate.scan.escapes);
    const expressions = [...scanExpressions(words).map(({ text }) => text), ...(escapes ? [oddEscapes] : [])];
    const needs = here.map(({ demands }) => needsOf(demands.filter(({ scan }) => scan.source === source)));
    const first = sieveExpressions(needs, escapes ? 'odd or of %' : 'none');
    names.set(source, statements.gate(source, first, expressions));
  }
  return names;
}
