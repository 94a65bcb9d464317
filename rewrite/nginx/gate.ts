import type { GateWords } from './gate-words.ts';
import type { Scan } from './inputs.ts';
import { anyOf, inText, type Maps, none } from './maps.ts';
import { literalText } from './pcre/index.ts';
import { scanExpressions } from './scan.ts';
import { expressionKey, longestParameter } from './text.ts';
import { escapedEscape } from './words.ts';

/** A rule behind its gate. */
export interface Gated<Rule> {
  readonly rule: Rule;
  readonly gate: GateWords;
}

/** Escapes that no encoder writes: of letters, digits, `-`, `_`, and of `%` itself. */
const oddEscapes = '%(?:25|2d|3[0-9]|[46][1-9a-f]|[57][0-9a]|5f|u)';
/** Up to so many rules are looked at together once the gate opens. */
const fewRules = 8;

/**
 * Emits the two stages: one scan (split where nginx's parameters end) for the words of all rules, and behind it what `inner` emits for
 * the rules whose words were found. Returns the value: empty, or what `inner` gave.
 */
export function emitGate<Rule>(
  maps: Maps,
  scan: Scan,
  gated: readonly Gated<Rule>[],
  hit: string,
  inner: (rules: readonly Rule[]) => string,
): string {
  const words = [...new Set(gated.flatMap(({ gate }) => gate.words))].toSorted();
  const opened =
    gated.length <= fewRules ? inner(gated.map(({ rule }) => rule)) : emitClose(maps, scan, gated, hit, inner);
  const expressions = [...scanExpressions(words), ...(scan.escapes ? [oddEscapes] : [])];
  const joined = expressions.join('|');
  if (joined.length < longestParameter - 10) {
    return maps.add('scan', scan.source, [{ key: expressionKey(true, joined), value: opened }], none);
  }
  const scans = expressions.map((text) =>
    maps.add('scan', scan.source, [{ key: expressionKey(true, text), value: '1' }], none),
  );
  return maps.add('gate', `"${scans.map(inText).join('')}"`, [{ key: none, value: none }], opened);
}

/** The close look: rules in groups, each behind an alternation of its words in all their forms. */
function emitClose<Rule>(
  maps: Maps,
  scan: Scan,
  gated: readonly Gated<Rule>[],
  hit: string,
  inner: (rules: readonly Rule[]) => string,
): string {
  const form = (word: string) => literalText(word, scan.escapes);
  const groups: { rules: Rule[]; forms: string[] }[] = [];
  let size = longestParameter;
  for (const { rule, gate } of gated) {
    const forms = gate.words.map(form);
    const added = forms.join('|').length + 1;
    const last = groups.at(-1);
    if (last && size + added < longestParameter - 60) {
      last.rules.push(rule);
      last.forms.push(...forms);
      size += added;
    } else {
      groups.push({ rules: [rule], forms });
      size = added;
    }
  }
  const values = groups.map(({ rules, forms }) => {
    const unsure = scan.escapes ? [`^//${escapedEscape}`] : [];
    const key = expressionKey(true, [...new Set(forms), ...unsure].join('|'));
    return maps.add('close', scan.close, [{ key, value: inner(rules) }], none);
  });
  return anyOf(maps, values, hit);
}
