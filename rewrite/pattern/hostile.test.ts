import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assembleProgram } from './assemble.ts';
import { compilePattern } from './compile.ts';
import { foldCase } from './fold.ts';
import { PatternProblem } from './problem.ts';
import { Run } from './run.ts';
import { generatedPattern } from './testing/generated-patterns.ts';
import { patternTree } from './tree.ts';

/** What Node lets through is 16 KiB of header in all; we go to 64 KiB and beyond. */
const sizes = [2_000, 64 * 1024, 1024 * 1024];

/** These tests would not end on a backtracking engine: `../shared/facts/rule-cost.md` has 54 s for one evaluation at 4,000 characters. */
describe('the published patterns on inputs made to exhaust them', () => {
  const resource = compilePattern('(.*)X-BEResource=(.+)/(.+)~(.+)', 'ECMAScript', true);

  test.each(sizes)('the cookie rule of CVE-2021-26855 does not match %i slashes', (size) => {
    const padding = `${'X-BEResource='.repeat(20)}${'/'.repeat(size)}`;
    expect(resource.test(padding)).toBe(false);
    expect(resource.exec(`${padding}~`)).toBeUndefined();
  });

  test.each(sizes)('the same attack is seen through padding of %i characters in every place', (size) => {
    const attack = 'X-BEResource=localhost/owa/auth/x.js?~3';
    const repeated = 'X-BEResource=/'.repeat(size / 14);
    expect(resource.exec(`${repeated};${attack}`)).toEqual([
      `${repeated};${attack}`,
      `${repeated};`,
      'localhost/owa/auth',
      'x.js?',
      '3',
    ]);
    const slashes = '/'.repeat(size);
    expect(resource.exec(`${attack}${slashes}`)?.slice(1)).toEqual(['', 'localhost/owa/auth', 'x.js?', `3${slashes}`]);
    const tildes = '~'.repeat(size);
    expect(resource.exec(`x-beresource=a/b${tildes}`)?.slice(1)).toEqual(['', 'a', `b${tildes.slice(2)}`, '~']);
  });

  test.each(sizes)('the look-aheads of CVE-2022-41040 are decided on %i characters', (size) => {
    const pattern = compilePattern('(?=.*autodiscover)(?=.*powershell)', 'ECMAScript', true);
    const padding = 'autodiscover'.repeat(size / 12);
    expect(pattern.test(padding)).toBe(false);
    expect(pattern.exec(`${padding}PowerShell`)).toEqual(['']);
    expect(pattern.exec(`powershell\n${padding}`)).toBeUndefined();
    expect(pattern.test('\n'.repeat(size))).toBe(false);
  });

  test.each([
    ['(a+)+$', 'a', 'b'],
    ['(a|aa)*c', 'a', 'b'],
    ['^(?:(?=(.*b))a|a)*$', 'a', 'b'],
    ['(?=.*[0-9])(?=[\\s\\S]*x)y', '\n1', 'y'],
    ['^(.+?)\\.php(/.*)?$', '.php/', '\n'],
    ['(\\w+\\s?)+!', 'word ', '?'],
    ['(?:.*,){11}P', ',', 'Q'],
  ])('%s takes linear time on 64 KiB', (source, pump, tail) => {
    const pattern = compilePattern(source, 'ECMAScript', true);
    const input = pump.repeat((64 * 1024) / pump.length);
    expect(typeof pattern.test(input + tail)).toBe('boolean');
    const short = pump.repeat(3) + tail;
    const wanted = new RegExp(source, 'i').exec(short);
    expect(pattern.exec(short)).toEqual(wanted === null ? undefined : Array.from(wanted, (group) => group ?? ''));
  });
});

test('the remembering engine never takes more than a fixed number of instructions a character', () => {
  const bit = fc.constantFrom('', 'a', 'b', 'ab', '/', 'A', 'ba/', '\n', '1', 's');
  const counts = { runs: 0, worst: 0 };
  const property = fc.property(generatedPattern, fc.tuple(bit, bit, bit), (source, [head, pump, tail]) => {
    const tree = patternTree(source, 'ECMAScript', true);
    const text = foldCase(head + pump.repeat(100) + tail);
    try {
      const program = assembleProgram(tree);
      const run = new Run(program, text);
      for (let at = 0; at <= text.length && !run.matches(at, 'verdict'); at += 1);
      const share = run.steps / (program.codes.length * program.progressStates * (text.length + 1));
      counts.runs += 1;
      counts.worst = Math.max(counts.worst, share);
      expect(share, `${source} on ${JSON.stringify(text)}`).toBeLessThan(3);
    } catch (error) {
      if (!(error instanceof PatternProblem)) throw error;
    }
  });
  const outcome = fc.check(property, { numRuns: 800 });
  console.log(`remembering engine: seed ${outcome.seed}, ${counts.runs} runs, worst ${counts.worst.toFixed(2)}`);
  expect(outcome.failed, fc.defaultReportMessage(outcome)).toBe(false);
  expect(counts.runs).toBeGreaterThan(600);
});
