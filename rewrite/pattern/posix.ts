import { PatternProblem } from './problem.ts';

/** POSIX classes inside brackets, which Microsoft's grammar knows and JavaScript does not, as ranges over ASCII. */
const classes: ReadonlyMap<string, string> = new Map([
  ['alnum', '0-9A-Za-z'],
  ['alpha', 'A-Za-z'],
  ['blank', '\\t '],
  ['cntrl', '\\x00-\\x1f\\x7f'],
  ['d', '0-9'],
  ['digit', '0-9'],
  ['graph', '!-~'],
  ['lower', 'a-z'],
  ['print', ' -~'],
  ['punct', '!-\\/:-@\\[-`{-~'],
  ['s', '\\s'],
  ['space', '\\t-\\r '],
  ['upper', 'A-Z'],
  ['w', '\\w'],
  ['xdigit', '0-9A-Fa-f'],
]);

/** Writes `[[:alpha:]]` out as `[A-Za-z]`. `@throws` PatternProblem for unknown classes and for collating elements. */
export function expandPosixClasses(source: string): string {
  if (!/\[[:.=]/.test(source)) return source;
  let out = '';
  let inside = false;
  for (let at = 0; at < source.length; at += 1) {
    const char = source.charAt(at);
    if (char === '\\') {
      out += char + source.charAt(at + 1);
      at += 1;
    } else if (inside && char === '[' && /[:.=]/.test(source.charAt(at + 1))) {
      const name = /^\[:([a-z]*):\]/.exec(source.slice(at, at + 16));
      const ranges = classes.get(name?.[1] ?? '');
      if (name === null || ranges === undefined) throw unknownClass(source, at);
      out += ranges;
      at += name[0].length - 1;
    } else {
      inside = inside ? char !== ']' : char === '[';
      out += char;
    }
  }
  return out;
}

function unknownClass(source: string, at: number): PatternProblem {
  const shown = source.slice(at, at + 12);
  return new PatternProblem(
    'invalid-pattern',
    `"${shown}" is no character class that IIS knows; write \\[ for the character itself`,
    at,
  );
}
