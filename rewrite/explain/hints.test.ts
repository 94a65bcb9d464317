import { describe, expect, it } from 'vitest';
import { explain, type RewriteRequest, renderExplanation } from '../index.ts';
import { listedFiles } from '../lines/read-request.ts';
import { prepared, request } from '../testing/evaluate.ts';

const match = (pattern: string, attributes = '') =>
  `<rules><rule name="r" ${attributes}><match url="${pattern}"/></rule></rules>`;
const condition = (attributes: string) =>
  `<rules><rule name="r"><match url=".*"/><conditions><add ${attributes}/></conditions></rule></rules>`;
const agent = { headers: { 'user-agent': 'Bot' } };

function notes(rules: string, more: Partial<RewriteRequest> = {}): readonly string[] {
  const lines = renderExplanation(explain(prepared(rules), request('/A/b?c', more))).split('\n');
  return lines.filter((line) => line.includes(' note: ')).map((line) => line.trim());
}

describe('what may have been overlooked', () => {
  it.each<[what: string, rules: string, note: RegExp, more?: Partial<RewriteRequest>]>([
    ['a pattern with the first slash', match('^/a'), /without its first slash/],
    ['one with an escaped slash', match('^\\/a'), /without its first slash/],
    ['a wildcard with the first slash', match('/a*', 'patternSyntax="Wildcard"'), /without its first slash/],
    ['a pattern for the query', match('^a/b\\?c'), /the query is no part .* \{QUERY_STRING\}/],
    ['letter case', match('^a/b" ignoreCase="false'), /if letter case did not matter/],
    ['letter case in a condition', condition('input="{URL}" pattern="^/a" ignoreCase="false"'), /letter case/],
    ['a variable that there is not', condition('input="{NO_SUCH}" pattern="x"'), /\{NO_SUCH\} is not known here/],
    ['a header without HTTP_', condition('input="{USER_AGENT}" pattern="x"'), /is \{HTTP_USER_AGENT\}/, agent],
    ['a file test of a request without files', condition('matchType="IsFile"'), /nothing was said of files/],
  ])('is told of %s', (_what, rules, note, more) => {
    expect(notes(rules, more)).toEqual([expect.stringMatching(note)]);
  });

  it.each<[what: string, rules: string, more?: Partial<RewriteRequest>]>([
    ['what matched', match('^a/b')],
    ['what matches in no case', match('^z" ignoreCase="false')],
    ['what is meant not to match', match('^/a" negate="true')],
    ['a header that is not sent', condition('input="{HTTP_X}" pattern="x"')],
    ['a file test of a request with files', condition('matchType="IsFile"'), { fileSystem: listedFiles([], []) }],
    [
      'a variable that a rule sets',
      `${condition('input="{OWN}" pattern="x"').replace('</rules>', '<rule name="s"><match url="x"/><serverVariables><set name="Own" value="1"/></serverVariables></rule></rules>')}`,
    ],
  ])('is not told of %s', (_what, rules, more) => {
    expect(notes(rules, more)).toEqual([]);
  });
});
