import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, patternTree } from '../pattern/index.ts';
import { ecmaScriptPattern } from '../translate/testing/generated-rules.ts';
import { searchText } from './index.ts';
import { form, matches } from './testing/as-javascript.ts';

const pieces = [
  'owa',
  'auth',
  'powershell',
  'json',
  'a',
  '1',
  '/',
  '.',
  '=',
  '&',
  '@',
  '~',
  '?',
  '-',
  ';',
  '%',
  ' ',
  'b',
  'OWA',
  'ow',
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 7 }).map((parts) => parts.join(''));
const readable = ecmaScriptPattern.filter((pattern) => {
  try {
    patternTree(pattern, 'ECMAScript', true);
    return true;
  } catch {
    return false;
  }
});

const hex = (char: string) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`;

describe('searchText', () => {
  it('has the verdict of the pattern for text of one line, on both sides', () => {
    fc.assert(
      fc.property(readable, fc.boolean(), text, (pattern, ignoreCase, input) => {
        const tree = patternTree(pattern, 'ECMAScript', ignoreCase);
        const wanted = compilePattern(pattern, 'ECMAScript', ignoreCase).test(input);
        expect(matches(searchText(tree, form('wide', false)), ignoreCase, input)).toBe(wanted);
        expect(matches(searchText(tree, form('narrow', false)), ignoreCase, input)).toBe(wanted);
      }),
      { numRuns: 120 },
    );
  });

  it('has the verdict of the pattern for escaped text that IIS decodes', () => {
    const escapes = fc.array(fc.boolean(), { minLength: 80, maxLength: 80 });
    fc.assert(
      fc.property(readable, fc.boolean(), text, escapes, (pattern, ignoreCase, input, which) => {
        const tree = patternTree(pattern, 'ECMAScript', ignoreCase);
        const wanted = compilePattern(pattern, 'ECMAScript', ignoreCase).test(input);
        // A raw % in front of two hexadecimal digits would be another text; in all else the decoded text is the input.
        const escaped = [...input].map((char, at) => (which[at] || char === '%' ? hex(char) : char)).join('');
        expect(matches(searchText(tree, form('wide', true)), ignoreCase, escaped) || !wanted).toBe(true);
        expect(matches(searchText(tree, form('narrow', true)), ignoreCase, escaped)).toBe(wanted);
      }),
      { numRuns: 120 },
    );
  });
});
