import { type Der, expectTag, tags } from './der.ts';
import { OcsError } from './errors.ts';

/** An `OBJECT IDENTIFIER` in dotted form. Throws `OcsError` `der`. */
export function oidOf(value: Der | undefined, what: string): string {
  const { content } = expectTag(value, tags.oid, what);
  const last = content.at(-1);
  if (last === undefined || last >= 0x80 || content.length > 40) throw bad(what, 'its last arc has no end');
  const arcs: number[] = [];
  let arc = 0;
  let fresh = true;
  for (const byte of content) {
    if (fresh && byte === 0x80) throw bad(what, 'an arc is not in the shortest form');
    arc = arc * 128 + (byte & 0x7f);
    fresh = byte < 0x80;
    if (arc > Number.MAX_SAFE_INTEGER / 128) throw bad(what, 'an arc is too large');
    if (!fresh) continue;
    if (arcs.length === 0) arcs.push(Math.min(2, Math.floor(arc / 40)), arc - 40 * Math.min(2, Math.floor(arc / 40)));
    else arcs.push(arc);
    arc = 0;
  }
  return arcs.join('.');
}

/** The bytes of an `INTEGER` in its shortest form. */
export function integerOf(value: Der | undefined, what: string): Buffer {
  const { content } = expectTag(value, tags.integer, what);
  const [first, second] = content;
  if (first === undefined) throw bad(what, 'it is empty');
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw bad(what, 'it is not in the shortest form');
  }
  return content;
}

/** A small `INTEGER` that is not negative. */
export function smallIntegerOf(value: Der | undefined, what: string): number {
  const content = integerOf(value, what);
  if (content.length > 4 || (content[0] ?? 0) >= 0x80) throw bad(what, 'it is negative or too large');
  return content.readUIntBE(0, content.length);
}

/** A `BOOLEAN`: in DER 0xff or 0x00 (X.690, section 11.1). */
export function booleanOf(value: Der | undefined, what: string): boolean {
  const { content } = expectTag(value, tags.boolean, what);
  if (content.length !== 1 || (content[0] !== 0xff && content[0] !== 0))
    throw bad(what, 'it is neither true nor false');
  return content[0] === 0xff;
}

/** The bytes of a `BIT STRING` that holds whole bytes. */
export function wholeBitsOf(value: Der | undefined, what: string): Buffer {
  const { content } = expectTag(value, tags.bitString, what);
  if (content[0] !== 0) throw bad(what, 'it does not hold whole bytes');
  return content.subarray(1);
}

/** Milliseconds since the epoch of a `UTCTime` or `GeneralizedTime` in UTC (RFC 5280, section 4.1.2.5; RFC 3161: fractions). */
export function timeOf(value: Der | undefined, what: string): number {
  const text = value?.content.toString('latin1') ?? '';
  const pattern = value?.tag === tags.utcTime ? utcForm : generalizedForm;
  if (value?.tag !== tags.utcTime && value?.tag !== tags.generalizedTime) throw bad(what, 'it is no time');
  const match = pattern.exec(text);
  if (!match) throw bad(what, 'it is not a time in UTC');
  const [, year = '', month, day, hour, minute, second, fraction = '0'] = match;
  const full = year.length === 4 ? year : `${Number(year) < 50 ? '20' : '19'}${year}`;
  const seconds = `${full}-${month}-${day}T${hour}:${minute}:${second}`;
  const at = Date.parse(`${seconds}Z`);
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(seconds)) throw bad(what, 'there is no such time');
  return at + Math.floor(Number(`0.${fraction}`) * 1000);
}

const utcForm = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const generalizedForm = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/;

function bad(what: string, why: string): OcsError {
  return new OcsError('der', `${what} cannot be read: ${why}`);
}
