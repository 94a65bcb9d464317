import { describe, expect, it } from 'vitest';
import { type AnswerLine, evaluateLine, invalidConfiguration, openConfiguration, RewriteError } from './index.ts';
import { sentences } from './testing/sentences.ts';

/** The answer of `stopgap rewrite eval` to one line. */
function answer(content: string, line: Readonly<Record<string, unknown>>): AnswerLine {
  try {
    const config = content.startsWith('<configuration') ? content : `<rewrite>${content}</rewrite>`;
    return evaluateLine(openConfiguration(config), JSON.stringify({ host: 'h', ...line }));
  } catch (error) {
    if (error instanceof RewriteError) return invalidConfiguration(error);
    throw error;
  }
}

describe.each(sentences)('section %s', (_section, cases) => {
  it.each(cases)('%s', (_sentence, config, line, wanted) => {
    expect(answer(config, line)).toMatchObject(wanted);
  });
});

describe('the sheet', () => {
  it('is asked sentence by sentence', () => {
    const count = sentences.reduce((sum, [, cases]) => sum + cases.length, 0);
    expect(count).toBeGreaterThanOrEqual(40);
  });
});
