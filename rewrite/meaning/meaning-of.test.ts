import { describe, expect, it } from 'vitest';
import { parseRewrite } from '../parse/parse-rewrite.ts';
import { meaningOf } from './meaning-of.ts';

/** The meaning of the one rule of a `<rewrite>` element with this content. */
function meaning(content: string): string {
  const configuration = parseRewrite(`<rewrite>${content}</rewrite>`);
  const [rule] = [...configuration.rules, ...configuration.outboundRules];
  if (!rule) throw new Error('no rule');
  return meaningOf(rule, configuration);
}

const inbound = (conditions: string, more = '') =>
  meaning(
    `${more}<rules><rule name="r"><match url=".*" /><conditions>${conditions}</conditions><action type="AbortRequest" /></rule></rules>`,
  );
const outbound = (attributes: string, match: string, more: string) =>
  meaning(
    `<outboundRules><rule name="r" ${attributes}><match ${match} pattern="(.*)" /><action type="Rewrite" value="x" /></rule>${more}</outboundRules>`,
  );
const header = 'serverVariable="RESPONSE_X"';
const pre = (input: string, pattern: string) =>
  `<preConditions><preCondition name="html"><add input="${input}" pattern="${pattern}" /></preCondition></preConditions>`;
const tags = (tag: string, name = 't') =>
  `<customTags><tags name="${name}"><tag name="${tag}" attribute="src" /></tags></customTags>`;

const first = '<add input="{URL}" pattern="^/(.)" />';
const then = '<add input="{C:1}" pattern="x" />';
const map = (key: string) =>
  `<rewriteMaps><rewriteMap name="m" ignoreCase="false"><add key="${key}" value="1" /></rewriteMap></rewriteMaps>`;

describe('two rules mean different things', () => {
  it.each([
    ['where a condition reads what one before it captured', inbound(first + then), inbound(then + first)],
    [
      'where it does so in small letters',
      inbound(first + then.replace('C', 'c')),
      inbound(then.replace('C', 'c') + first),
    ],
    [
      'where the key that they look up differs in its case',
      inbound('<add input="{m:A}" pattern="1" />', map('A')),
      inbound('<add input="{m:a}" pattern="1" />', map('A')),
    ],
    [
      'where only one has a precondition, whatever the case of its name',
      outbound('preCondition="HTML"', header, pre('{RESPONSE_STATUS}', '200')),
      outbound('', header, ''),
    ],
    [
      'where their preconditions look into different maps',
      meaning(
        `${map('a')}<outboundRules><rule name="r" preCondition="html"><match ${header} pattern="(.*)" /><action type="Rewrite" value="x" /></rule>${pre('{m:a}', '1')}</outboundRules>`,
      ),
      meaning(
        `${map('b')}<outboundRules><rule name="r" preCondition="html"><match ${header} pattern="(.*)" /><action type="Rewrite" value="x" /></rule>${pre('{m:a}', '1')}</outboundRules>`,
      ),
    ],
    [
      'where the tags of that name are others',
      outbound('', 'filterByTags="CustomTags" customTags="t"', tags('video')),
      outbound('', 'filterByTags="CustomTags" customTags="t"', tags('audio')),
    ],
  ])('%s', (_where, a, b) => {
    expect(a).not.toBe(b);
  });
});

describe('two rules mean the same', () => {
  it.each([
    [
      'whatever the order of conditions of which nothing reads a capture',
      inbound('<add input="{URL}" pattern="a" /><add input="{QUERY_STRING}" pattern="b" />'),
      inbound('<add input="{query_string}" pattern="b" /><add input="{Url}" pattern="a" />'),
    ],
    [
      'whatever what they refer to is called',
      outbound('', 'filterByTags="CustomTags" customTags="t"', tags('video')),
      outbound('', 'filterByTags="CustomTags" customTags="U"', tags('VIDEO', 'u')),
    ],
    [
      'whatever the case of the name of a precondition',
      outbound('preCondition="HTML"', header, pre('{RESPONSE_STATUS}', '200')),
      outbound('preCondition="html"', header, pre('{RESPONSE_STATUS}', '200')),
    ],
  ])('%s', (_whatever, a, b) => {
    expect(a).toBe(b);
  });
});
