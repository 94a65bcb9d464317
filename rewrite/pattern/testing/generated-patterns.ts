import fc from 'fast-check';

/** Patterns and inputs over a small alphabet with letters of both cases, line ends, and characters whose case folding is special. */
const units = [
  'a',
  'b',
  'A',
  'B',
  '/',
  '1',
  '\n',
  '\r',
  '\u2028',
  '\u017f',
  's',
  '\u212a',
  'k',
  '\u00b5',
  '\u039c',
  '\u00df',
  '\u0130',
] as const;

/** A text of up to `longest` code units, mostly of few letters. */
export const generatedInput = (longest: number): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom('a', 'b', 'A', '/') }, fc.constantFrom(...units)), {
      maxLength: longest,
    })
    .map((parts) => parts.join(''));

const single = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'B', '/') },
  { weight: 3, arbitrary: fc.constantFrom('.', '[ab]', '[^a]', '[^/]', '\\w', '[\\s\\S]', '\\d') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '\\s',
      '\\W',
      '\\D',
      '[k-s]',
      '[\u017f]',
      '\u017f',
      '\u00b5',
      '[^\u00b5s]',
      '\\n',
      '[]',
      '[^]',
      's',
      'k',
    ),
  },
);

const quantifier = fc
  .oneof(
    { weight: 5, arbitrary: fc.constantFrom('*', '+', '?') },
    { weight: 2, arbitrary: fc.constantFrom('{2}', '{0,2}', '{1,2}', '{2,}', '{0}') },
  )
  .chain((repeat) => fc.constantFrom(repeat, repeat, `${repeat}?`));

const { sequence } = fc.letrec<{ sequence: string; element: string; body: string; group: string }>((tie) => ({
  sequence: fc.array(tie('element'), { maxLength: 4, size: 'small' }).map((parts) => parts.join('')),
  body: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|')),
  group: fc.tuple(fc.constantFrom('(', '(', '(?:'), tie('body')).map(([open, body]) => `${open}${body})`),
  element: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 6, arbitrary: single },
    { weight: 5, arbitrary: fc.tuple(single, quantifier).map(([item, repeat]) => item + repeat) },
    { weight: 1, arbitrary: fc.constantFrom('^', '$', '\\b', '\\B') },
    { weight: 2, arbitrary: tie('group') },
    { weight: 2, arbitrary: fc.tuple(tie('group'), quantifier).map(([item, repeat]) => item + repeat) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom('(?=', '(?!'), tie('body')).map(([open, body]) => `${open}${body})`),
    },
  ),
}));

/** Any pattern without back-references that IIS and JavaScript take. */
export const generatedPattern: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: sequence },
  { weight: 1, arbitrary: fc.tuple(sequence, sequence).map((parts) => parts.join('|')) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('^', '.*', '(.*)', '(?=.*a)', '.+?'), sequence, fc.constantFrom('', '$', '.*'))
      .map((parts) => parts.join('')),
  },
);

const gap = fc.constantFrom('.*', '(.*)', '.+', '(.+)', '.*?', '(.*?)', '(.+?)', '.{2,}');
const literal = fc.constantFrom('a', 'b', 'ab', 'aa', '/', '(a)b', '(a.)', 'a(b)', '()', 'a.b', '(?:b)');

/** Literal pieces with gaps between. */
export const generatedChain: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '', '^'),
    fc.array(fc.oneof(gap, literal), { minLength: 1, maxLength: 7 }),
    fc.constantFrom('', '', '$'),
    fc.boolean(),
  )
  .map(([start, parts, end, everything]) => {
    const body = parts.join('');
    return start + (everything ? body.replaceAll('.', '[\\s\\S]') : body) + end;
  });
