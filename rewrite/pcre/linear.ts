import { otherSide } from './node.ts';
import { covers, everything, type Ranges } from './ranges.ts';
import { gapOf, type Look, type Way } from './steps.ts';
import { classOf, symbolText, type TextForm } from './symbol.ts';

/** A way that is one string found anywhere, so that PCRE's own search for the first byte does the work. */
export function isPlainSearch(way: Way): boolean {
  return !way.anchored && !way.ends && way.looks.length === 0 && way.strings.length === 1;
}

/** A way as PCRE from the start of the input on (behind a `^`), each string committed to where it is first found. */
export function printWay(way: Way, form: TextForm): string {
  const looks = way.looks.map((look) => printLook(look, form)).join('');
  const [first = [], ...others] = way.strings;
  const head = way.anchored
    ? printString(first, form, way.ends && others.length === 0)
    : found(first, everything, form, way.ends && others.length === 0);
  const tail = others.map((string, at) => {
    const last = at === others.length - 1;
    if (last && string.length === 0) return way.ends ? restOfLine(form) : '';
    return found(string, gapOf(form.side), form, way.ends && last);
  });
  return `${looks}${head}${tail.join('')}${way.ends && !endsWithGap(way) ? '\\z' : ''}`;
}

const endsWithGap = (way: Way): boolean => way.strings.length > 1 && way.strings.at(-1)?.length === 0;

function printLook(look: Look, form: TextForm): string {
  const inner = look.negate ? { ...form, side: otherSide(form.side) } : form;
  return `(?${look.negate ? '!' : '='}${look.ways.map((way) => printWay(way, inner)).join('|')})`;
}

/** A gap and then a string, at its first place after the gap; where the end must follow, at whichever place that holds. */
function found(string: readonly Ranges[], gap: Ranges, form: TextForm, ends: boolean): string {
  const search = `${gapText(gap, form)}*?${printString(string, form, ends)}`;
  return ends ? search : `(?>${search})`;
}

/** `.*$` on the wide side is no restriction; on the narrow side no line end may follow. */
function restOfLine(form: TextForm): string {
  return form.side === 'wide' ? '' : `${gapText(gapOf(form.side), form)}*+\\z`;
}

/** One character of a gap. On the narrow side bytes that may begin U+2028 are left out as well. */
function gapText(gap: Ranges, form: TextForm): string {
  if (gap === everything) return '.';
  return form.decode ? '(?:[^%\\x0a\\x0d\\xe2]|%(?!0[adAD]|[eE]2))' : (classOf(gap, form) ?? '[^\\x0a\\x0d\\xe2]');
}

/** A string of fixed length, unit by unit. Where anything may follow, one byte of a last character that may be any is enough. */
export function printString(string: readonly Ranges[], form: TextForm, ends: boolean): string {
  const loose = (ranges: Ranges, at: number) =>
    at === string.length - 1 && !ends && form.side === 'wide' && covers(ranges, everything);
  return string.map((ranges, at) => (loose(ranges, at) ? '.' : symbolText(ranges, form, at === 0))).join('');
}
