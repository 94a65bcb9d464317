import { anyHex } from './bytes.ts';
import { Inexpressible, type Node, otherSide } from './node.ts';
import { classOf, symbolText, type TextForm } from './symbol.ts';

/** Nesting and repetition counts that PCRE2 surely takes. */
const mostRounds = 1000;

/** A node as PCRE, its structure kept. `fresh`: see `symbolText`. The pattern must be compiled with `(?s)`. */
export function printNode(node: Node, form: TextForm, fresh = true): string {
  switch (node.kind) {
    case 'set':
      return symbolText(node.ranges, form, fresh);
    case 'sequence':
      return printSequence(node.items, form, fresh);
    case 'choice':
      return `(?:${node.options.map((option) => printNode(option, form, fresh)).join('|')})`;
    case 'repeat':
      return printRepeat(node, form);
    case 'start':
      return '^';
    case 'end':
      return '\\z';
    case 'boundary':
      return form.decode ? decodedBoundary(node.negate, form.caseless) : node.negate ? '\\B' : '\\b';
    case 'look': {
      const inner = node.negate ? { ...form, side: otherSide(form.side) } : form;
      return `(?${node.negate ? '!' : '='}${printNode(node.body, inner, fresh)})`;
    }
  }
}

function printSequence(items: readonly Node[], form: TextForm, fresh: boolean): string {
  let afterUnit = !fresh;
  return items
    .map((item) => {
      const text = printNode(item, form, !afterUnit);
      afterUnit = item.kind === 'set';
      return text;
    })
    .join('');
}

function printRepeat(node: Node & { readonly kind: 'repeat' }, form: TextForm): string {
  const { item, min, max } = node;
  if (min > mostRounds || (max !== Number.POSITIVE_INFINITY && max > mostRounds)) {
    throw new Inexpressible('repetition count', `a repetition of more than ${mostRounds} rounds`);
  }
  const loop = item.kind === 'set' ? classOf(item.ranges, form) : undefined;
  // One unit may be three bytes: counts hold for classes within ASCII only.
  const ascii = item.kind === 'set' && item.ranges.every(([, high]) => high < 0x80);
  if (loop !== undefined && (ascii || (min <= 1 && max === Number.POSITIVE_INFINITY))) return loop + count(min, max);
  return `(?:${printNode(item, form)})${count(min, max)}`;
}

function count(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

/** `\b` between decoded characters: a word character before it is a raw one outside of escapes, or an escaped one. */
function decodedBoundary(negate: boolean, caseless: boolean): string {
  const hex = anyHex(caseless);
  const escaped = caseless ? '%(?:3[0-9]|[46][1-9a-f]|[57][0-9a]|5f)' : '%(?:3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF])';
  const wordBefore = `(?:(?<=${escaped})|(?<!%${hex}{2})(?<=\\w))`;
  const noneBefore = `(?<!${escaped})(?:(?<=%${hex}{2})|(?<!\\w))`;
  const wordAfter = `(?=${escaped}|\\w)`;
  const noneAfter = `(?!${escaped}|\\w)`;
  return negate
    ? `(?:${wordBefore}${wordAfter}|${noneBefore}${noneAfter})`
    : `(?:${wordBefore}${noneAfter}|${noneBefore}${wordAfter})`;
}
