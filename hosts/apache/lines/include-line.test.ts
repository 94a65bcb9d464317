import { describe, expect, it } from 'vitest';
import { ourLines, withLine, withoutLine } from './include-line.ts';

const own = '/etc/apache2/stopgap.conf';

describe('our line in the main file', () => {
  it.each([
    '',
    'Listen 80',
    'Listen 80\n',
    'Listen 80\r\n',
    'Listen 80\r\nUser a',
    'Listen 80\r',
    'Listen \\',
    'Listen \\\n',
    'Listen \\\r\n',
    'Listen \\\r',
    'Listen \\\n\n',
    '\n\n',
  ])('is the last, of its own, and leaves %j as it was', (text) => {
    const after = withLine(text, own);
    expect(ourLines(after, own)).toHaveLength(1);
    expect(after.replace(/\\\r?\n/g, ' ').trimEnd()).toMatch(
      /(^|\n)IncludeOptional +\/etc\/apache2\/stopgap\.con\[f\]$/,
    );
    expect(withLine(after, own)).toBe(after);
    expect(withoutLine(after, own)).toBe(text);
  });
});
