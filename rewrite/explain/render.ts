import { fileOf } from '../levels/config-source.ts';
import type { ExplainedCondition, ExplainedRule, Explanation, PatternTrial } from './explanation.ts';
import { quoted } from './words.ts';

/** An explanation as plain text for a terminal, lines ended by LF. */
export function renderExplanation(explanation: Explanation): string {
  const { method, url, path, query, inbound, outcome, verdict, outbound, outboundVerdict } = explanation;
  const lines = [
    `${method} ${quoted(url).slice(1, -1)}`,
    `  path as rules see it  ${quoted(path)}`,
    `  query                 ${quoted(query)}`,
    '',
    ...inbound.flatMap((rule, index) => [...ruleLines(rule, index + 1, 'match url'), '']),
    outcome,
    ...(verdict.observed ?? []).map(
      (one) => `Only observed: rule "${one.by.rule}" of ${one.by.owner} would ${one.outcome}.`,
    ),
  ];
  if (outboundVerdict) {
    lines.push('', 'Response', ...outbound.flatMap((rule, index) => [...ruleLines(rule, index + 1, 'match'), '']));
    for (const [key, value] of outboundVerdict.headers) {
      const name = outboundVerdict.names.get(key) ?? key;
      lines.push(
        value === undefined ? `Header ${name} is taken away.` : `Header ${name} becomes ${headerWords(value)}.`,
      );
    }
    if (outboundVerdict.headers.size === 0) lines.push('No header changes.');
  }
  return `${lines.map(shown).join('\n')}\n`;
}

/** A line with control and formatting characters made visible: nothing in a request may steer the reader's terminal. */
function shown(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}]/gu, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`);
}

function headerWords(value: string | readonly string[]): string {
  return typeof value === 'string' ? quoted(value) : value.map(quoted).join(' and ');
}

function ruleLines(rule: ExplainedRule, number: number, label: string): readonly string[] {
  const file = fileOf(rule.position);
  const line = `line ${rule.position.line}${file === undefined ? '' : ` of ${file}`}`;
  const place = `${rule.owner}, ${rule.collection} at ${rule.level}, ${line}`;
  const observed = rule.mode === 'observe' ? ', only observed' : '';
  const head = `${number}. ${rule.fate === 'fired' ? 'FIRED' : 'no   '}  rule "${rule.rule}" (${place}${observed})`;
  const lines = [head];
  const where = rule.where === undefined ? '' : ` in ${rule.where}:`;
  if (rule.trial) lines.push(...trialLines(rule.trial, label + where));
  rule.conditions.forEach((condition, index) => {
    lines.push(...conditionLines(condition, index + 1));
  });
  const left = rule.conditionCount - rule.conditions.length;
  if (rule.conditions.length > 0 && left > 0) lines.push(`   ${left} more not tested`);
  lines.push(`   ${rule.fate === 'fired' ? 'so' : 'because'} ${rule.why}`);
  return lines;
}

function trialLines(trial: PatternTrial, label: string): readonly string[] {
  return [
    `   ${label} ${patternWords(trial)}`,
    `     saw ${quoted(trial.input)}: ${matchWords(trial.captures)}`,
    ...hintLines(trial.hint),
  ];
}

function conditionLines(condition: ExplainedCondition, number: number): readonly string[] {
  const { trial, matchType, template, input, negate, holds, hint } = condition;
  const verdict = holds ? 'holds' : 'does not hold';
  const test = trial ? patternWords(trial) : `${negate ? 'not ' : ''}${matchType}`;
  const found = trial ? matchWords(trial.captures) : holds === negate ? 'it is not there' : 'it is there';
  return [
    `   condition ${number} ${verdict}: ${template} against ${test}`,
    `     saw ${quoted(input)}: ${found}`,
    ...hintLines(hint),
  ];
}

function hintLines(hint: string | undefined): readonly string[] {
  return hint === undefined ? [] : [`     note: ${hint}`];
}

function patternWords({ pattern, syntax, ignoreCase, negate }: PatternTrial): string {
  const notes = [...(syntax === 'ECMAScript' ? [] : [syntax]), ignoreCase ? 'any case' : 'exact case'];
  return `${negate ? 'not ' : ''}${pattern} (${notes.join(', ')})`;
}

function matchWords(captures: readonly string[] | undefined): string {
  if (captures === undefined) return 'no match';
  const [whole = '', ...groups] = captures;
  const named = groups.map((group, index) => `group ${index + 1} ${quoted(group)}`);
  const matched = whole === '' ? 'matches, without taking a character' : `matched ${quoted(whole)}`;
  return [matched, ...named].join(', ');
}
