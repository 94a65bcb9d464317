import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { describe, expect, it } from 'vitest';
import * as rewrite from './index.ts';

const text = readFileSync(new URL('README.md', import.meta.url), 'utf8');
const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(text) ?? [];

describe('the example of README.md', () => {
  it('runs as it stands and prints what the text says', () => {
    const printed: unknown[] = [];
    const names = /import \{ (.*) \} from '@stopgap\/rewrite';/.exec(example)?.[1] ?? '';
    const body = stripTypeScriptTypes(example.replace(/^import .*$/m, ''));
    const run = new Function('rewrite', 'console', `const { ${names} } = rewrite;\n${body}`);
    run(rewrite, { log: (value: unknown) => printed.push(value) });
    const [verdict, explanation, http] = printed;
    expect(verdict).toMatchObject({ outcome: 'redirect', status: 302, by: { rule: 'Old articles' } });
    const location =
      typeof verdict === 'object' && verdict !== null && 'location' in verdict ? String(verdict.location) : '';
    expect(location).not.toBe('');
    expect(text).toContain(`\`${location}\``);
    expect(explanation).toContain('FIRED  rule "Old articles"');
    expect(http).toMatch(/^# Made by Stopgap[\s\S]*map \$/);
  });
});
