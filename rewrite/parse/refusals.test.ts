import { describe, expect, it } from 'vitest';
import { parseRewrite, RewriteError } from '../index.ts';
import { refused } from '../testing/refused.ts';

function refusal(xml: string): RewriteError {
  try {
    parseRewrite(xml);
  } catch (error) {
    if (error instanceof RewriteError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

const rule = (content: string, attributes = 'name="a"') => `<rules><rule ${attributes}>${content}</rule></rules>`;
const conditions = (adds: string) => rule(`<match url="x"/><conditions>${adds}</conditions>`);
const outbound = (match: string, attributes = 'name="a"') =>
  `<outboundRules><rule ${attributes}><match ${match}/></rule></outboundRules>`;

const cases = refused
  .trim()
  .split('\n')
  .map((line) => {
    const [, code = '', name = '', marked = ''] = /^(\S+) \| (.*?) \| (.*)$/.exec(line) ?? [];
    return { code, name, content: marked.replace('¦', ''), column: marked.indexOf('¦') + 1 };
  });

describe('parseRewrite', () => {
  it.each(cases)('refuses $name', ({ code, content, column }) => {
    const error = refusal(`<rewrite>\n${content}</rewrite>`);
    expect([error.code, error.message]).toEqual([code, error.message]);
    if (column > 0) expect(error.position).toEqual({ line: 2, column });
  });

  it('has been asked for every one of them', () => {
    expect(cases.length).toBeGreaterThanOrEqual(115);
    expect(cases.every(({ code, content }) => code !== '' && content !== '')).toBe(true);
  });

  it.each([
    ['<rules/>', 'unknown-element'],
    ['<configuration/>', 'unknown-element'],
    ['<rewrite enabled="true"/>', 'unknown-attribute'],
    ['<!DOCTYPE rewrite><rewrite/>', 'not-xml'],
    ['', 'not-xml'],
  ])('refuses the document %s', (xml, code) => {
    expect(refusal(xml).code).toBe(code);
  });

  it.each([
    [
      'the same condition twice in a distributed rule',
      conditions('<add input="a" pattern="b"/><add input="a" pattern="b"/>'),
    ],
    [
      'a name used again after remove',
      '<rules><rule name="a"><match url="x"/></rule><remove name="A"/><rule name="a"><match url="y"/></rule></rules>',
    ],
    [
      'a name used again after clear',
      '<rules><rule name="a"><match url="x"/></rule><clear/><rule name="a"><match url="y"/></rule></rules>',
    ],
    [
      'one name in globalRules and rules',
      '<globalRules><rule name="a"><match url="x"/></rule></globalRules><rules><rule name="a"><match url="x"/></rule></rules>',
    ],
    [
      'map keys that differ in letter case',
      '<rewriteMaps><rewriteMap name="m"><add key="k"/><add key="K"/></rewriteMap></rewriteMaps>',
    ],
    [
      'a wildcard over a header',
      outbound('serverVariable="RESPONSE_X" pattern="*"', 'name="a" patternSyntax="Wildcard"'),
    ],
    ['a wildcard over tags', outbound('filterByTags="A" pattern="*"', 'name="a" patternSyntax="Wildcard"')],
    ['filterByTags="None" with a header', outbound('filterByTags="None" serverVariable="RESPONSE_X" pattern="x"')],
    ['an unknown server variable', conditions('<add input="{NO_SUCH_VARIABLE}" pattern="x"/>')],
    ['a closing brace that closes nothing', rule('<match url="x"/><action type="Rewrite" url="a}b"/>')],
    ['locks', '<rules lockAttributes="x" lockElements="y"/>'],
    ['nothing at all', ''],
  ])('accepts %s', (_, content) => {
    expect(() => parseRewrite(`<rewrite>${content}</rewrite>`)).not.toThrow();
  });
});
