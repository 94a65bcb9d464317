import { compilePattern } from '@stopgap/rewrite';

/** Patterns with the inputs that exhaust a backtracking engine: what is repeated, and how it ends. */
const cases = [
  ['(.*)X-BEResource=(.+)/(.+)~(.+)', 'X-BEResource=/', ''],
  ['(?=.*autodiscover)(?=.*powershell)', 'autodiscover', ''],
  ['(.*)X-AnonResource-Backend(.*)', 'X-AnonResource-Backen', ''],
  ['autodiscover\\.[a-z]+/.*powershell', 'autodiscover.json/', 'powershel'],
  ['^(.+?)\\.php(/.*)?$', '.php/', '\n'],
  ['(a+)+$', 'a', 'b'],
] as const;
const sizes = [4_096, 16_384, 65_536];
/** V8 is asked no longer input than this: it would not end. */
const longestForV8 = 512;

/** Prints what one evaluation of a pattern costs on inputs made to be costly, ours at growing sizes, V8's at a small one. */
export function patternGrowth(): void {
  console.log(
    '\none evaluation, milliseconds'.padEnd(52),
    ...sizes.map((size) => `${size / 1024} KiB`.padStart(10)),
    '   V8 at 512 B, 256 B',
  );
  for (const [source, pump, tail] of cases) {
    const ours = compilePattern(source, 'ECMAScript', true);
    const theirs = new RegExp(source, 'i');
    const input = (size: number) => pump.repeat(size / pump.length) + tail;
    const cells = sizes.map((size) =>
      best(() => ours.test(input(size)))
        .toFixed(3)
        .padStart(10),
    );
    const v8 =
      source === '(a+)+$'
        ? '(exponential)'
        : [longestForV8, longestForV8 / 2].map((size) => best(() => theirs.test(input(size))).toFixed(3)).join(', ');
    console.log(`${source.padEnd(42)} ${ours.engine.padEnd(8)}`, ...cells, `   ${v8}`);
  }
}

/** The shortest of several times, in milliseconds: others use the machine too. */
function best(action: () => unknown): number {
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now();
    action();
    return performance.now() - start;
  });
  return Math.min(...times);
}
