import { difference, intersection, type Range, type Ranges } from './ranges.ts';

/** Bytes that stand for one code unit: a range for each byte. */
export type ByteSequence = readonly Range[];

const surrogates: Range = [0xd800, 0xdfff];

/** UTF-8 (RFC 3629 section 3) of the code units beyond ASCII, surrogates left out, as few sequences of byte ranges as that takes. */
export function utf8Sequences(ranges: Ranges): readonly ByteSequence[] {
  const two = intersection(ranges, [[0x80, 0x7ff]]).flatMap((range) => split(range, 2));
  const three = difference(intersection(ranges, [[0x800, 0xffff]]), [surrogates]).flatMap((range) => split(range, 3));
  return [...two, ...three];
}

/** Cuts a range where a leading byte changes, unless the rest is complete. */
function split([low, high]: Range, length: number): readonly ByteSequence[] {
  if (length === 1) return [[[0x80 | (low & 0x3f), 0x80 | (high & 0x3f)]]];
  const shift = 6 * (length - 1);
  const size = 1 << shift;
  const [first, last] = [Math.floor(low / size), Math.floor(high / size)];
  if (first === last) return under([first, first], low, high, length);
  const whole = low % size === 0 && high % size === size - 1;
  if (whole) return under([first, last], low, high, length);
  if (low % size !== 0)
    return [...split([low, (first + 1) * size - 1], length), ...split([(first + 1) * size, high], length)];
  return [...split([low, last * size - 1], length), ...split([last * size, high], length)];
}

/** The sequences whose leading byte is in `lead`. */
function under(lead: Range, low: number, high: number, length: number): readonly ByteSequence[] {
  const mark = length === 3 ? 0xe0 : length === 2 ? 0xc0 : 0x80;
  const size = 1 << (6 * (length - 1));
  const bytes: Range = [leading(lead[0], mark), leading(lead[1], mark)];
  return continued([low % size, high % size], length - 1).map((rest) => [bytes, ...rest]);
}

const leading = (bits: number, mark: number): number => mark | bits;

function continued([low, high]: Range, length: number): readonly ByteSequence[] {
  if (length === 1) return [[[0x80 | low, 0x80 | high]]];
  const [first, last] = [low >> 6, high >> 6];
  if (first === last || ((low & 63) === 0 && (high & 63) === 63)) {
    return [
      [
        [0x80 | first, 0x80 | last],
        [0x80 | (low & 63), 0x80 | (high & 63)],
      ],
    ];
  }
  if ((low & 63) !== 0) return [...continued([low, (first << 6) | 63], 2), ...continued([(first + 1) << 6, high], 2)];
  return [...continued([low, (last << 6) - 1], 2), ...continued([last << 6, high], 2)];
}

const ansi = new TextDecoder('windows-1252');

/** Single bytes that stand for one of the units in Windows-1252 or Latin-1, as which text that is no UTF-8 is read. */
export function singleBytes(ranges: Ranges): readonly number[] {
  const found: number[] = [];
  for (let byte = 0x80; byte <= 0xff; byte += 1) {
    const units = [byte, ansi.decode(Uint8Array.of(byte)).charCodeAt(0)];
    if (units.some((unit) => ranges.some(([low, high]) => low <= unit && unit <= high))) found.push(byte);
  }
  return found;
}
