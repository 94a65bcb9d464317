import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldCase } from '../pattern/index.ts';
import { Automaton } from './automaton.ts';

function scanned(literals: readonly string[], text: string): ReadonlySet<number> {
  const found = new Set<number>();
  new Automaton(literals).scan(text, (literal) => found.add(literal));
  return found;
}

test('the automaton reports every literal that stands in the text, whatever its case, and no other', () => {
  const unit = fc.constantFrom('a', 'b', 'A', 'B', 'c', '/', '\u00e9', '\u00c9', '\u017f', 's', '\u212a', 'k');
  const text = (maxLength: number, minLength = 0) => fc.string({ unit, minLength, maxLength });
  let found = 0;
  const property = fc.property(fc.array(text(5, 1), { maxLength: 12 }), text(40), (literals, input) => {
    const wanted = literals.flatMap((literal, at) => (foldCase(input).includes(foldCase(literal)) ? [at] : []));
    found += wanted.length;
    expect([...scanned(literals, input)].sort((a, b) => a - b)).toEqual(wanted);
  });
  const outcome = fc.check(property, { numRuns: 2_000 });
  console.log(`automaton: seed ${outcome.seed}, ${found} literals found`);
  expect(outcome.failed, fc.defaultReportMessage(outcome)).toBe(false);
  expect(found).toBeGreaterThan(400);
});

test('literals that are all long are found wherever they stand, next to and inside what resembles them', () => {
  const unit = fc.constantFrom('a', 'B', 'b', '\u00e9', '/');
  const text = (minLength: number, maxLength: number) => fc.string({ unit, minLength, maxLength });
  const pieces = fc.array(fc.oneof(text(0, 9), fc.nat({ max: 7 })), { maxLength: 8 });
  let found = 0;
  const property = fc.property(fc.array(text(6, 16), { minLength: 1, maxLength: 8 }), pieces, (literals, mixed) => {
    const input = mixed
      .map((piece) => (typeof piece === 'string' ? piece : (literals[piece] ?? '').slice(0, 12)))
      .join('');
    const wanted = literals.flatMap((literal, at) =>
      foldCase(input).includes(foldCase(literal).slice(0, 12)) ? [at] : [],
    );
    found += wanted.length;
    expect([...scanned(literals, input)].sort((a, b) => a - b)).toEqual(wanted);
  });
  const outcome = fc.check(property, { numRuns: 3_000 });
  console.log(`automaton with a sieve: seed ${outcome.seed}, ${found} literals found`);
  expect(outcome.failed, fc.defaultReportMessage(outcome)).toBe(false);
  expect(found).toBeGreaterThan(1_000);
});

test('long literals are found by their first characters', () => {
  expect(scanned(['autodiscover.json'], '/AUTODISCOVER.xml')).toEqual(new Set([0]));
  expect(scanned(['autodiscover.json'], '/autodisc')).toEqual(new Set());
});

test('a literal behind very many beginnings of another is found, and behind a long text without any', () => {
  const literals = ['abcdefgh', 'uvwxyz'];
  for (const gap of ['', '-', '-'.repeat(100)]) {
    for (let many = 1; many < 40; many += 1) {
      expect(scanned(literals, `${`abcdefg${gap}`.repeat(many)}UVWXYZ`)).toEqual(new Set([1]));
      expect(scanned(literals, `${`uvwxy${gap}`.repeat(many)}${'-'.repeat(many)}abcdefgh`)).toEqual(new Set([0]));
    }
  }
});

test('literals inside other literals, and beginning in them, are all found', () => {
  expect(scanned(['abcd', 'bc', 'c', 'cdx'], 'abcdx')).toEqual(new Set([0, 1, 2, 3]));
});

test('an automaton without literals finds nothing', () => {
  expect(scanned([], 'anything')).toEqual(new Set());
});

test('literals of hundreds of different characters are told apart', () => {
  const literals = Array.from({ length: 600 }, (_, at) => String.fromCharCode(0x4e00 + at));
  literals.push('a', '\u00e9');
  const text = literals.join('-');
  const found: number[] = [];
  new Automaton(literals).scan(text, (literal) => found.push(literal));
  expect(found).toEqual([...literals.keys()]);
});
