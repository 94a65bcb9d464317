import { describe, expect, it } from 'vitest';
import { MitigationError } from './errors.ts';
import { parseMitigation } from './parse.ts';
import { readRefused } from './testing/refused.ts';
import { changed, sample } from './testing/sample.ts';

const cases = ['well-formedness', 'names', 'values', 'fit'].flatMap(readRefused);

async function refusal(input: string | Uint8Array): Promise<MitigationError> {
  try {
    await parseMitigation(input);
  } catch (error) {
    if (error instanceof MitigationError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('a document is refused, with line and column, that has', () => {
  it.each(cases)('$name', async ({ from, to, code, message }) => {
    const { text, line, column } = changed(from, to);
    const error = await refusal(text);
    expect(error.message).toMatch(/^line \d+, column \d+: /);
    const finding = error.findings.find((f) => f.code === code && message.test(f.message));
    expect(finding ?? error.findings).toMatchObject({ code });
    if (line !== undefined) expect(finding?.position).toEqual({ line, column });
  });

  it('any of what these files hold', () => {
    expect(cases.length).toBeGreaterThanOrEqual(90);
    console.log(`${cases.length} malformed documents`);
  });

  it('another root', async () => {
    const error = await refusal(sample.replaceAll('mitigation', 'mitigations'));
    expect([error.code, error.position]).toEqual(['unknown-element', { line: 3, column: 1 }]);
  });

  it.each([
    [
      'nothing to show that an attack is refused',
      /expect="refused"/g,
      'expect="passes"',
      /an attack that must be refused/,
    ],
    [
      'nothing to show that ordinary requests pass',
      /expect="passes" url="\/shop\/cart">\s*<responseHeader[^>]*>\s*/g,
      'expect="refused" url="/shop/cart">',
      /an ordinary request that must pass/,
    ],
    ['nothing to show what becomes of a response', /<responseHeader[^>]*>/g, '', /whose response shows the change/],
    ['no evidence at all', /<evidence>[\s\S]*<\/evidence>/g, '', /an attack that must be refused/],
  ])('%s', async (_name, from, to, message) => {
    const error = await refusal(sample.replace(from, to));
    expect(error.findings.map((f) => f.code)).toContain('missing-evidence');
    expect(error.findings.map((f) => f.message).join()).toMatch(message);
    for (const finding of error.findings) expect(finding.position.line).toBeGreaterThan(1);
  });

  it.each([
    ['too many bytes', Buffer.from(changed('Long.', 'x'.repeat(256 * 1024)).text), 'too-large'],
    [
      'too many bytes, though not once decoded',
      Buffer.from(`\ufeff${utf16(changed('Long.', ' '.repeat(131_072)).text)}`, 'utf16le'),
      'too-large',
    ],
    ['elements nested too deep', changed('Long.', '<a>'.repeat(100)).text, 'too-deep'],
    ['too many elements', changed('<actions>', `<actions>${'<none/>'.repeat(5000)}`).text, 'too-many-nodes'],
    ['bytes that are no text', Buffer.from([0x3c, 0x6d, 0xff, 0xfe]), 'encoding'],
    ['nothing in it', '', 'not-well-formed'],
  ])('%s', async (_name, input, code) => {
    const error = await refusal(input);
    expect(error.code).toBe(code);
    expect(error.position.line).toBeGreaterThan(0);
  });

  it('more than the schema lets stand', async () => {
    const many = (count: number, piece: (i: number) => string) =>
      Array.from({ length: count }, (_, i) => piece(i)).join('');
    for (const [from, piece] of [
      ['<cve>CVE-2024-10001</cve>', many(33, (i) => `<cve>CVE-2024-${20_000 + i}</cve>`)],
      ['<service name="Shop$1"/>', many(33, (i) => `<service name="s${i}"/>`)],
      [
        '<request name="gone" expect="refused" url="/gone"/>',
        many(65, (i) => `<request name="r${i}" expect="refused" url="/"/>`),
      ],
    ] as const) {
      expect((await refusal(changed(from, piece).text)).findings.map((f) => f.message).join()).toMatch(/holds at most/);
    }
  });
});

function utf16(text: string): string {
  return text.replace('encoding="UTF-8"', 'encoding="UTF-16"');
}
