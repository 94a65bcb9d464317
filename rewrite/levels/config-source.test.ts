import { describe, expect, it } from 'vitest';
import {
  evaluateLine,
  invalidConfiguration,
  openConfiguration,
  RewriteError,
  readConfigurationFile,
} from '../index.ts';

const webConfig = (content: string) =>
  `<configuration><system.webServer><rewrite>${content}</rewrite></system.webServer></configuration>`;
const rule = (name: string, action: string) => `<rule name="${name}"><match url="(.*)"/>${action}</rule>`;
const abort = rule('a', '<action type="AbortRequest"/>');

/** The answer to a configuration with these files beside it. */
function answer(content: string, beside: Readonly<Record<string, string>>, line: unknown = { url: '/old' }) {
  const files = new Map(Object.entries(beside));
  try {
    return evaluateLine(
      openConfiguration(webConfig(content), (file) => files.get(file)),
      JSON.stringify(line),
    );
  } catch (error) {
    if (error instanceof RewriteError) return invalidConfiguration(error);
    throw error;
  }
}

describe('a section that is kept in another file', () => {
  it('counts as if it stood in place: maps and rules', () => {
    const maps = '<rewriteMaps><rewriteMap name="m"><add key="/old" value="/new"/></rewriteMap></rewriteMaps>';
    const rules = `<rules>${rule('r', '<conditions><add input="{m:{REQUEST_URI}}" pattern="(.+)"/></conditions><action type="Redirect" url="{C:1}"/>')}</rules>`;
    const found = answer(
      '<rewriteMaps configSource="maps.config"/><rules configSource="config\\rules.config"/>',
      { 'maps.config': maps, 'config/rules.config': `<?xml version="1.0"?>\n${rules}` },
      { url: '/old', host: 'h' },
    );
    expect(found).toMatchObject({ outcome: 'redirect', location: 'http://h/new' });
  });

  it.each([
    ['a file that is not there', '<rules configSource="x.config"/>', /no such file beside/],
    ['a file above', '<rules configSource="..\\x.config"/>', /in the folder of this one/],
    ['a file elsewhere', '<rules configSource="C:\\x.config"/>', /in the folder of this one/],
    ['an absolute path', '<rules configSource="/x.config"/>', /in the folder of this one/],
    ['rules here as well', `<rules configSource="r.config">${abort}</rules>`, /nothing else here/],
    [
      'an attribute here as well',
      '<rules configSource="r.config" useOriginalURLEncoding="false"/>',
      /nothing else here/,
    ],
  ])('is refused with %s, at the attribute', (_, content, reason) => {
    const found = answer(content, { 'r.config': '<rules/>', '../x.config': '<rules/>' });
    expect(found).toEqual({ outcome: 'invalid-config', reason: expect.stringMatching(reason), line: 1, column: 50 });
  });

  it.each([
    ['another section', '<rewriteMaps/>', { line: 1, column: 1 }],
    ['something that is no XML', '<rules>', { line: 1, column: 8 }],
    ['what IIS refuses', '<rules>\n  <rule name="a"><match url="("/></rule></rules>', { line: 2, column: 25 }],
    ['a section that is elsewhere again', '<rules configSource="s.config"/>', { line: 1, column: 8 }],
  ])('is refused where the file holds %s, and the place is in that file', (_, text, place) => {
    const found = answer('<rules configSource="r.config"/>', { 'r.config': text });
    expect(found).toMatchObject({ outcome: 'invalid-config', file: 'r.config', ...place });
  });

  it('is refused by name where nobody can read files', () => {
    expect(() => openConfiguration(webConfig('<rules configSource="r.config"/>'))).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });
});

describe('a section that stands twice in one file', () => {
  const group = (content: string) => `<system.webServer><rewrite>${content}</rewrite></system.webServer>`;
  it.each([
    ['in two groups', `<configuration>${group('<rules/>')}\n${group('<rules/>')}</configuration>`],
    [
      'in two locations of one path',
      `<configuration><location path="a">${group('<rules/>')}</location>\n<location path="A">${group('<rules/>')}</location></configuration>`,
    ],
  ])('is refused %s', (_, xml) => {
    try {
      readConfigurationFile(xml);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof RewriteError)) throw error;
      expect([error.code, error.position.line]).toEqual(['duplicate-name', 2]);
    }
  });

  it('may be another section of the same group', () => {
    const xml = `<configuration>${group(`<rules>${abort}</rules>`)}${group('<rewriteMaps/>')}</configuration>`;
    expect(evaluateLine(openConfiguration(xml), '{"url":"/x"}')).toMatchObject({ outcome: 'abort' });
  });
});
