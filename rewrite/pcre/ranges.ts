import { foldCodeUnit } from '../pattern/fold.ts';

/** UTF-16 code units from the first to the second, both included. */
export type Range = readonly [number, number];
/** Sorted, disjoint, never adjacent. */
export type Ranges = readonly Range[];

export const lastUnit = 0xffff;
export const everything: Ranges = [[0, lastUnit]];

/** Sorts and joins ranges. */
export function union(ranges: readonly Range[]): Ranges {
  const joined: [number, number][] = [];
  for (const [low, high] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else joined.push([low, high]);
  }
  return joined;
}

/** All code units that are not in the set. */
export function complement(ranges: Ranges): Ranges {
  const rest: Range[] = [];
  let next = 0;
  for (const [low, high] of ranges) {
    if (low > next) rest.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= lastUnit) rest.push([next, lastUnit]);
  return rest;
}

/** What both sets have. */
export function intersection(left: Ranges, right: Ranges): Ranges {
  return complement(union([...complement(left), ...complement(right)]));
}

/** What is in the first set and not in the second. */
export function difference(left: Ranges, right: Ranges): Ranges {
  return intersection(left, complement(right));
}

/** Whether the first set holds all of the second. */
export function covers(outer: Ranges, inner: Ranges): boolean {
  return inner.every(([low, high]) => outer.some((range) => range[0] <= low && high <= range[1]));
}

/** Whether a code unit is in a set. */
export const has = (ranges: Ranges, unit: number): boolean => covers(ranges, [[unit, unit]]);
/** Whether a set has no code unit. */
export const isEmpty = (ranges: Ranges): boolean => ranges.length === 0;

/** The code units of a set, one by one; only for sets known to be small. */
export function unitsOf(ranges: Ranges): readonly number[] {
  return ranges.flatMap(([low, high]) => Array.from({ length: high - low + 1 }, (_, at) => low + at));
}

const closedUnits = new Map<number, Ranges>();

/** A code unit, with those that are the same but for their case. */
export function unitSet(unit: number, ignoreCase: boolean): Ranges {
  if (!ignoreCase) return [[unit, unit]];
  const known = closedUnits.get(unit);
  if (known) return known;
  const closed = closeOverCase([[unit, unit]]);
  closedUnits.set(unit, closed);
  return closed;
}

/** Adds every unit that ECMAScript's `i` flag takes for the same as one of the set (ECMA-262, Canonicalize). */
export function closeOverCase(ranges: Ranges): Ranges {
  const ascii = intersection(ranges, [[0, 0x7f]]);
  const beyond = intersection(ranges, [[0x80, lastUnit]]);
  const lower = intersection(ascii, [[0x61, 0x7a]]).map(([a, b]): Range => [a - 0x20, b - 0x20]);
  const upper = intersection(ascii, [[0x41, 0x5a]]).map(([a, b]): Range => [a + 0x20, b + 0x20]);
  return union([...ascii, ...lower, ...upper, ...closeBeyondAscii(beyond)]);
}

function closeBeyondAscii(ranges: Ranges): readonly Range[] {
  if (isEmpty(ranges) || covers(ranges, [[0x80, lastUnit]])) return ranges;
  const closed: Range[] = [...ranges];
  for (const units of caseClasses()) {
    if (units.some((unit) => contains(ranges, unit))) closed.push(...units.map((unit): Range => [unit, unit]));
  }
  return union(closed);
}

let classes: readonly (readonly number[])[] | undefined;

/** The units beyond ASCII that are the same as others but for their case, class by class; worked out when first needed. */
function caseClasses(): readonly (readonly number[])[] {
  if (classes !== undefined) return classes;
  const byFold = new Map<number, number[]>();
  for (let unit = 0x80; unit <= lastUnit; unit += 1) {
    const fold = foldCodeUnit(unit);
    const known = byFold.get(fold);
    if (known) known.push(unit);
    else byFold.set(fold, [unit]);
  }
  classes = [...byFold.values()].filter((units) => units.length > 1);
  return classes;
}

const contains = (ranges: Ranges, unit: number): boolean => ranges.some(([low, high]) => low <= unit && unit <= high);
