import fc from 'fast-check';
import { expect, it } from 'vitest';
import { urlDecode } from './encode.ts';

it.each([
  ['/a?b=c', '/a?b=c'],
  ['%41%2f%7E', 'A/~'],
  ['a%', 'a%'],
  ['%4', '%4'],
  ['%zz%25%41', '%zz%A'],
  ['a+b%20c', 'a+b c'],
  ['%c3%a9%E2%82%AC', 'é€'],
  ['%ff%41', '\ufffdA'],
  ['\u00e9%41', '\u00e9A'],
  ['€%41', '€A'],
  ['%00%0d%0a', '\0\r\n'],
])('{UrlDecode:} makes %j into %j', (text, decoded) => {
  expect(urlDecode(text)).toBe(decoded);
});

it('{UrlDecode:} decodes alike however long the text and whatever else stands in it', () => {
  const piece = fc.constantFrom('%', '4', '1', 'a', 'é', '%41', '%2', '%25', '%7f', '%80', '%c3%a9', '%u0041', '+');
  let decoded = 0;
  const property = fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
    const text = `${pieces.join('')}x`;
    const alone = urlDecode(text);
    decoded += alone === text ? 0 : 1;
    for (const behind of ['x'.repeat(9_000), '€', '%c3%a9x']) {
      expect(urlDecode(text + behind)).toBe(alone + urlDecode(behind));
    }
  });
  const outcome = fc.check(property, { numRuns: 500 });
  console.log(`UrlDecode: seed ${outcome.seed}, ${decoded} texts with escapes`);
  expect(outcome.failed, fc.defaultReportMessage(outcome)).toBe(false);
  expect(decoded).toBeGreaterThan(200);
});
