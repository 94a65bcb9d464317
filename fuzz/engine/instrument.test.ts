import { describe, expect, it } from 'vitest';
import { countersName, instrument } from './instrument.ts';

/** Runs instrumented code; answers its value and which points were counted how often. */
function run(code: string): { readonly value: unknown; readonly counts: readonly number[] } {
  const { text, points } = instrument('x.js', `(function () { ${code} })`, 0);
  const counters = new Uint8Array(points);
  const value: unknown = new Function(countersName, `return ${text}()`)(counters);
  return { value, counts: [...counters] };
}

describe('instrumented code', () => {
  it.each([
    ['if without braces', 'let a = 0; if (a) a = 1; else a = 2; return a;', 2],
    ['if without else', 'let a = 1; if (a === 1) if (a > 1) a = 9; return a;', 1],
    ['arrow functions', 'const f = (a) => ({ b: a }), g = a => a ? 1 : f(a).b; return [g(1), g(0)];', [1, 0]],
    ['conditions in conditions', 'return true ? false || (null ?? "x") && "y" : "z";', 'y'],
    [
      'loops',
      'let n = 0; for (let i = 0; i < 3; i++) n += i; while (n < 9) n++; do n++; while (n < 12); for (const a of [1]) n += a; return n;',
      13,
    ],
    ['switch', 'switch (2) { case 1: return "a"; case 2: case 3: { return "b"; } default: }', 'b'],
    ['try', 'try { throw 1 } catch { return "c" }', 'c'],
    ['strict functions', 'function f() { "use strict"; return this === undefined } return f();', true],
    ['classes', 'class A { #a = 1; get a() { return this.#a } static b = () => 2 } return [new A().a, A.b()];', [1, 2]],
    [
      'templates and optional calls',
      'const a = undefined; return `${a?.b(1 && 2)}${/[{}]/.test("{")}`;',
      'undefinedtrue',
    ],
  ])('does the same: %s', (_name, code, value) => {
    expect(run(code).value).toEqual(value);
  });

  it('counts each way that was taken, and no other', () => {
    const { counts } = run('const f = (a) => (a > 1 ? 1 : 0); if (f(2)) f(0); else f(1);');
    // The function around, f, its two sides, the if and its else.
    expect(counts.toSorted()).toEqual([0, 1, 1, 1, 1, 2]);
  });

  it('keeps lines where they were, and names the words of the code', () => {
    const code = 'import a from "left-out";\nexport const b = (c) =>\n  c === "word" && `${c}piece`;\nif (a)\n  b();\n';
    const { text, words } = instrument('x.js', code, 0);
    expect(text.split('\n')).toHaveLength(code.split('\n').length);
    expect(words.toSorted()).toEqual(['piece', 'word']);
  });
});
