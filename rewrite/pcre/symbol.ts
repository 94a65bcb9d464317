import { anyHex, byteClass, byteText, hexForms } from './bytes.ts';
import type { Side } from './node.ts';
import { covers, intersection, type Range, type Ranges, unitsOf } from './ranges.ts';
import { type ByteSequence, singleBytes, utf8Sequences } from './utf8.ts';

/** How the text that a pattern runs over relates to what IIS shows the pattern. */
export interface TextForm {
  readonly side: Side;
  /** IIS decodes percent escapes that are still there in the text. */
  readonly decode: boolean;
  /** Characters beyond ASCII stand as UTF-8, or (header fields) one byte is one character. */
  readonly encoding: 'utf8' | 'bytes';
  /** The pattern is compiled with `~*`; all its sets are closed over case. */
  readonly caseless: boolean;
}

const beyondAscii: Ranges = [[0x80, 0xffff]];
const mostSequences = 48;
const percent = 0x25;
/** Sets of at most this many characters are read through escapes of escapes, too. */
const literalSize = 4;

/** A set as a byte class, where that is exact (or errs to the right side) for repetitions of it; undefined: it takes alternatives. */
export function classOf(ranges: Ranges, form: TextForm): string | undefined {
  if (form.decode && !(form.side === 'wide' && covers(ranges, [[0, 0xffff]]))) return undefined;
  const bytes = asciiBytes(ranges);
  const beyond = intersection(ranges, beyondAscii);
  if (beyond.length === 0) return byteClass(bytes, form.caseless);
  if (!covers(beyond, beyondAscii)) return undefined;
  return byteClass([...bytes, ...Array.from({ length: 128 }, (_, at) => at + 0x80)], form.caseless);
}

/**
 * One code unit of a set, as one item that a quantifier may follow. `fresh`: the text before it was not read unit by unit, so a
 * hexadecimal digit here may belong to an escape.
 */
export function symbolText(ranges: Ranges, form: TextForm, fresh: boolean): string {
  const key = `${ranges.join(';')} ${form.side} ${form.decode} ${form.encoding} ${form.caseless} ${fresh}`;
  const known = printed.get(key);
  if (known !== undefined) return known;
  const alternatives = form.decode ? decoded(ranges, form, fresh) : raw(ranges, form);
  const [only] = alternatives;
  const text =
    only === undefined ? '(?!)' : alternatives.length === 1 && isAtom(only) ? only : `(?:${alternatives.join('|')})`;
  if (printed.size >= mostPrinted) printed.clear();
  printed.set(key, text);
  return text;
}

/** Rules use the same letters over and over. */
const printed = new Map<string, string>();
const mostPrinted = 5_000;

const isAtom = (text: string): boolean => /^(?:\\x[0-9a-f]{2}|\\.|[^\\]|\[[^\]]*\])$/.test(text);

function asciiBytes(ranges: Ranges): readonly number[] {
  return unitsOf(intersection(ranges, [[0, 0x7f]]));
}

function raw(ranges: Ranges, form: TextForm): readonly string[] {
  const ascii = byteClass(asciiBytes(ranges), form.caseless);
  return [...(ascii === undefined ? [] : [ascii]), ...beyond(ranges, form)];
}

/** Forms of the units beyond ASCII. */
function beyond(all: Ranges, form: TextForm): readonly string[] {
  const ranges = intersection(all, beyondAscii);
  if (ranges.length === 0) return [];
  const sequences = utf8Sequences(ranges);
  const asSequences = () => sequences.map((one) => one.map((range) => byteForm([range], form)).join(''));
  const single = byteForm(
    singleBytes(ranges).map((byte): Range => [byte, byte]),
    form,
  );
  if (form.side === 'narrow') {
    if (form.encoding === 'utf8') return sequences.length > mostSequences ? [] : asSequences();
    return latin1(ranges, form);
  }
  const any = `${byteForm([[0x80, 0xff]], form)}{1,3}?`;
  if (covers(ranges, beyondAscii) || sequences.length > mostSequences || touchesSurrogates(ranges)) return [any];
  return [...asSequences(), ...(single === '' ? [] : [single])];
}

function latin1(ranges: Ranges, form: TextForm): readonly string[] {
  const bytes = intersection(ranges, [[0x80, 0xff]]);
  return bytes.length === 0 ? [] : [byteForm(bytes, form)];
}

const touchesSurrogates = (ranges: Ranges): boolean => intersection(ranges, [[0xd800, 0xdfff]]).length > 0;

/** A byte of a sequence, raw or (where IIS decodes) escaped. */
function byteForm(ranges: ByteSequence, form: TextForm): string {
  const bytes = unitsOf(ranges);
  const shown = byteClass(bytes, form.caseless);
  if (shown === undefined) return '';
  return form.decode ? `(?:${shown}|${escaped(bytes, form, true)})` : shown;
}

function escaped(bytes: readonly number[], form: TextForm, literal: boolean): string {
  const forms = hexForms(bytes, form.caseless);
  const layers = form.side === 'wide' && literal ? '(?:25)*' : '';
  return `%${layers}${forms.includes('|') ? `(?:${forms})` : forms}`;
}

/**
 * Forms of a unit in text of which IIS sees the decoded form. A raw character that is a hexadecimal digit counts only outside of
 * escapes, a raw `%` only where it begins none.
 */
function decoded(ranges: Ranges, form: TextForm, fresh: boolean): readonly string[] {
  const bytes = asciiBytes(ranges);
  const hex = anyHex(form.caseless);
  const isHexDigit = (byte: number) => /[0-9a-fA-F]/.test(String.fromCharCode(byte));
  const guarded = fresh ? bytes.filter(isHexDigit) : [];
  const free = bytes.filter((byte) => byte !== percent && !guarded.includes(byte));
  const parts: string[] = [];
  const push = (text: string | undefined, suffix = '') => {
    if (text !== undefined) parts.push(text + suffix);
  };
  push(byteClass(free, form.caseless));
  push(byteClass(guarded, form.caseless), `(?<!%${hex}{2})(?<!%${hex}(?=${hex}))`);
  if (bytes.includes(percent)) push(`${byteText(percent)}(?!${hex}{2})`);
  const literal = bytes.length <= literalSize;
  const withoutPercent = literal ? bytes.filter((byte) => byte !== percent) : bytes;
  if (withoutPercent.length > 0) push(escaped(withoutPercent, form, literal));
  if (literal && bytes.includes(percent)) push('%25');
  return [...parts, ...beyond(ranges, form)];
}
