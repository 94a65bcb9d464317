import { expect, test } from 'vitest';
import { foldCase, foldCodeUnit } from './fold.ts';

test('two code units fold alike just when ECMAScript ignores the difference', () => {
  const classes = new Map<number, number[]>();
  for (let unit = 0; unit < 0x10000; unit += 1) {
    const folded = foldCodeUnit(unit);
    classes.set(folded, [...(classes.get(folded) ?? []), unit]);
  }
  let compared = 0;
  for (const [folded, units] of classes) {
    const written = `\\u${folded.toString(16).padStart(4, '0')}`;
    const regex = new RegExp(`^${written}$`, 'i');
    const relatives = new Set(
      [...units, ...relativesOf(folded), folded + 1, folded ^ 0x20].filter((unit) => unit <= 0xffff),
    );
    if (units.length === 1 && relatives.size === 3) continue;
    for (const unit of relatives) {
      compared += 1;
      expect(regex.test(String.fromCharCode(unit)), `${written} and ${unit.toString(16)}`).toBe(
        foldCodeUnit(unit) === folded,
      );
    }
  }
  console.log(`folding: ${compared} pairs compared with V8`);
  expect(compared).toBeGreaterThan(3_000);
});

function relativesOf(unit: number): readonly number[] {
  const text = String.fromCharCode(unit);
  return [text.toLowerCase(), text.toUpperCase(), text.toLowerCase().toUpperCase()]
    .filter((changed) => changed.length === 1)
    .map((changed) => changed.charCodeAt(0));
}

test('folding keeps every offset and never leads from outside ASCII into it', () => {
  expect(foldCase('ABC\u212a\u017fIX')).toBe('abc\u212a\u017fix');
  expect(foldCase('Stra\u00dfe \u0130')).toHaveLength(8);
  expect(foldCase('\u00b5')).toBe(foldCase('\u03bc'));
  expect(foldCase('X\u00e9'.repeat(9_000))).toBe('x\u00c9'.repeat(9_000));
});
