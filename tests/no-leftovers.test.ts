import { describe, expect, it } from 'vitest';
import { leftoversOf } from './leftovers.ts';
import { listSources } from './sources.ts';

describe('the sources', () => {
  it('hold no unfinished work, no narrowed tests and no holes in the types', () => {
    expect(listSources().flatMap(leftoversOf)).toEqual([]);
  });
});

describe('the check itself', () => {
  const found = (text: string) => leftoversOf({ path: 'room/a.ts', text });
  const mark = 'TO' + 'DO';

  it.each([
    [`f();\n// ${mark}: the rest`, mark],
    [`f();\n/* ${'FIX' + 'ME'} */`, 'FIX' + 'ME'],
    [`f();\n// @ts-${'ignore'}`, '@ts-ignore'],
    [`f();\nit.only('x', () => {});`, 'it.only'],
    [`f();\ndescribe.concurrent.skip('x', () => {});`, 'describe.skip'],
    [`f();\nit.todo('x');`, 'it.todo'],
    [`f();\nxit('x', () => {});`, 'xit'],
    [`f();\nconst a = b as any;`, 'any'],
    [`f();\nconst a: Map<string, any> = b;`, 'any'],
    [`f();\nconst a = b!.c;`, 'non-null assertion'],
  ])('finds what is left in %j', (text, what) => {
    expect(found(text)).toEqual([`room/a.ts:2 ${what}`]);
  });

  it('takes skips with a condition, and words that only look alike', () => {
    expect(found(`describe.skipIf(process.getuid?.() !== 0)('as root', () => {});`)).toEqual([]);
    expect(
      found(`describe.runIf(missing)('samples', () => { it.skip('are not here: none ran', () => {}); });`),
    ).toEqual([]);
    expect(found(`describe.runIf(missing)('samples', () => { it.only('x', () => {}); });`)).toHaveLength(1);
    expect(found(`const text = '${mark}'; list.only('x'); // any, skip`)).toEqual([]);
  });
});
