import { describe, expect, it } from 'vitest';
import listed from './file-sizes.json' with { type: 'json' };
import { functionLengths, measureSizes, type SizeRatchet, sizeLimits } from './sizes.ts';
import { listSources } from './sources.ts';

const ratchet: SizeRatchet = listed;
const oversize = measureSizes();

describe.each([
  ['files', sizeLimits.file, oversize.files, new Map(Object.entries(ratchet.files))],
  ['functions', sizeLimits.function, oversize.functions, new Map(Object.entries(ratchet.functions))],
])('%s over %i lines', (_kind, limit, present, listedSizes) => {
  it('are those of tests/file-sizes.json, and have not grown', () => {
    const grown = [...present].filter(([name, lines]) => lines > (listedSizes.get(name) ?? limit));
    expect(
      grown.map(([name, lines]) => `${name} has ${lines} lines, allowed are ${listedSizes.get(name) ?? limit}`),
    ).toEqual([]);
  });

  it('are listed with the size that they have now (node scripts/lower-size-ratchet.ts lowers the list)', () => {
    const stale = [...listedSizes].filter(([name, lines]) => (present.get(name) ?? limit) < lines);
    expect(
      stale.map(
        ([name, lines]) => `${name} is listed with ${lines} lines, has ${present.get(name) ?? `at most ${limit}`}`,
      ),
    ).toEqual([]);
  });
});

describe('the measure', () => {
  it('reads every source', () => {
    expect(listSources().length).toBeGreaterThan(30);
  });

  it('counts the lines of files and of functions of every form', () => {
    const body = '\n'.repeat(60);
    const text = `function a() {${body}}\nconst b = () => {${body}};\nclass C { d() {${body}} #e = () => {${body}} }\nexport default { f() {${body}} };\ncall(() => {${body}})`;
    const sizes = measureSizes([{ path: 'room/a.ts', text }]);
    expect([...sizes.files]).toEqual([['room/a.ts', 365]]);
    expect([...sizes.functions.keys()].sort()).toEqual(
      ['#e', 'a', 'b', 'd', 'f', 'line 305'].map((name) => `room/a.ts#${name}`).sort(),
    );
    expect([...sizes.functions.values()]).toEqual([61, 61, 61, 61, 61, 61]);
  });

  it('does not count the length of test bodies', () => {
    const text = `describe('x', () => {${'\n'.repeat(100)}});`;
    expect(measureSizes([{ path: 'room/a.test.ts', text }]).functions.size).toBe(0);
    expect(functionLengths({ path: 'room/a.test.ts', text }).size).toBe(1);
  });
});
