import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cookPath } from './cook-path.ts';
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

it('bytes that are escaped are read as UTF-8 just as the Encoding Standard has it, by UrlDecode and in paths', () => {
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
  const strict = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
  const ansi = new TextDecoder('windows-1252');
  const piece = fc
    .constantFrom('A', 'é', '€', '😀', '\ufeff', '\ufffd', 'Ж', '\u0080')
    .map((text) => [...Buffer.from(text)]);
  const broken = fc.constantFrom(0xc0, 0xc1, 0xe0, 0xed, 0xa0, 0xf4, 0x90, 0xf5, 0xff, 0x80, 0xc3).map((one) => [one]);
  const bytes = fc
    .array(fc.oneof({ weight: 6, arbitrary: piece }, { weight: 1, arbitrary: broken }), { minLength: 1, maxLength: 9 })
    .map((pieces) => pieces.flat());
  let invalid = 0;
  const property = fc.property(bytes, (list) => {
    const escaped = list.map((one) => `%${one.toString(16)}`).join('');
    const given = Uint8Array.from(list);
    expect(urlDecode(escaped)).toBe(lenient.decode(given));
    let text = '';
    try {
      text = strict.decode(given);
    } catch {
      text = ansi.decode(given);
      invalid += 1;
    }
    expect(cookPath(`/${escaped}`)).toBe(`/${text}`);
  });
  const outcome = fc.check(property, { numRuns: 3_000 });
  console.log(`escaped bytes: seed ${outcome.seed}, ${invalid} not UTF-8`);
  expect(outcome.failed, fc.defaultReportMessage(outcome)).toBe(false);
  expect(invalid).toBeGreaterThan(500);
  expect(invalid).toBeLessThan(2_500);
});

it('a run of escapes longer than any request is decoded whole', () => {
  expect(urlDecode('%c3%a9'.repeat(9_000))).toBe('é'.repeat(9_000));
});
