import { Inexpressible } from '../pcre/index.ts';
import type { Formula } from '../translate/formula.ts';

/** Apache evaluates at most 20 levels (`AP_EXPR_MAX_RECURSION`); past them an expression counts as false. Chains that lean right cost none. */
const deepest = 12;

/**
 * A formula in Apache's expression syntax. Its tests hold map keys of nginx (`~*…`, `~…`, a quoted text), which are read back here. A test
 * that is expected to fail holds as well where PCRE2 gives up: there the answer is "refuse".
 */
export function printFormula(formula: Formula, depth = 0): string {
  if (depth > deepest) throw new Inexpressible('conditions', `conditions nested more than ${deepest} deep`);
  switch (formula.kind) {
    case 'constant':
      return formula.holds ? 'true' : 'false';
    case 'not':
      return `!(${printFormula(formula.part, depth + 1)})`;
    case 'and':
      return chain(formula.parts, '&&', depth);
    case 'or':
      return chain(formula.parts, '||', depth);
    case 'test': {
      const { source, keys, expect } = formula.test;
      const tests = keys.map((key) => keyTest(source, key));
      const any = chainTexts(tests.length === 0 ? ['false'] : tests, '||');
      return expect ? any : `!(${any})`;
    }
  }
}

function chain(parts: readonly Formula[], operator: '&&' | '||', depth: number): string {
  return chainTexts(
    parts.map((part) => printFormula(part, depth + 1)),
    operator,
  );
}

/** `a && (b && c)`: leaning right, however long. */
export function chainTexts(parts: readonly string[], operator: '&&' | '||'): string {
  const wrapped = parts.map((part) => (isSimple(part) ? part : `(${part})`));
  return wrapped.reduceRight(
    (rest, part) => `${part} ${operator} ${rest.includes(` ${operator} `) ? `(${rest})` : rest}`,
  );
}

const isSimple = (part: string): boolean => !/ (?:&&|\|\|) /.test(part);

function keyTest(source: string, key: string): string {
  const text = key.startsWith('"') ? key.slice(1, -1) : key;
  if (text.startsWith('~*')) return matches(source, text.slice(2), true);
  if (text.startsWith('~')) return matches(source, text.slice(1), false);
  if (!/^[\w ]*$/.test(text)) throw new TypeError(`not a key of ours: ${key}`);
  return text === '' ? `-z ${source}` : `${source} == '${text}'`;
}

/** Whether a word matches a regular expression. */
export function matches(source: string, expression: string, caseless: boolean): string {
  if (/[#"\n]|\\\\/.test(expression)) throw new TypeError(`not an expression of ours: ${expression}`);
  return `${source} =~ m#${expression}#${caseless ? 'i' : ''}`;
}
