import { expect, test } from 'vitest';
import { parseRewrite } from '../parse/parse-rewrite.ts';
import { prepareRules } from '../prepare/prepare-rules.ts';
import { inboundDemands, outboundDemands } from './demands.ts';

const shown = (demands: ReturnType<typeof inboundDemands>) =>
  demands.map((list) => list.map(({ source, literal }) => `${source === 'path' ? source : source.source}: ${literal}`));

function demandsOf(match: string, conditions: string): readonly (readonly string[])[] {
  const configuration = parseRewrite(
    `<rewrite><rules><rule name="a"><match ${match}/>${conditions}<action type="AbortRequest"/></rule></rules></rewrite>`,
  );
  const [set] = prepareRules([{ owner: 'o', level: '/', mode: 'enforce', configuration }]).distributed;
  return shown(set?.rules.flatMap((rule) => inboundDemands(rule)) ?? []);
}

const all = (list: string) => `<conditions>${list}</conditions>`;
const any = (list: string) => `<conditions logicalGrouping="MatchAny">${list}</conditions>`;
const uri = (pattern: string, rest = '') => `<add input="{REQUEST_URI}" pattern="${pattern}" ${rest}/>`;
const cookie = (pattern: string, rest = '') => `<add input="{HTTP_COOKIE}" pattern="${pattern}" ${rest}/>`;

test.each([
  ['its own pattern', 'url="^owa/(auth|Ecp)x"', '', [['path: owa/authx', 'path: owa/ecpx']]],
  [
    'every condition of MatchAll, the rarest first',
    'url=".*"',
    all(uri('(?=.*auto)(?=.*powershell)') + cookie('X-BE')),
    [['{REQUEST_URI}: powershell'], ['{REQUEST_URI}: auto'], ['{HTTP_COOKIE}: x-be']],
  ],
  [
    'one of the conditions of MatchAny',
    'url=".*"',
    any(uri('abc') + cookie('def')),
    [['{REQUEST_URI}: abc', '{HTTP_COOKIE}: def']],
  ],
  ['nothing where a condition of MatchAny may always hold', 'url=".*"', any(uri('abc') + cookie('.*')), []],
  ['nothing of negated parts', 'url="abc" negate="true"', all(uri('def', 'negate="true"')), []],
  ['nothing of what conditions capture', 'url=".*"', all('<add input="{R:0}" pattern="abc"/>'), []],
  ['nothing of files', 'url=".*"', all('<add input="{REQUEST_FILENAME}" matchType="IsFile"/>'), []],
  ['a short literal if there is no other', 'url="a"', '', [['path: a']]],
  ['no short literal besides another', 'url="abc.*/"', '', [['path: abc']]],
])('a rule demands %s', (_, match, conditions, demands) => {
  expect(demandsOf(match, conditions)).toEqual(demands);
});

test('an outbound rule demands what its precondition does, not what other rules may put into headers', () => {
  const configuration = parseRewrite(
    `<rewrite><outboundRules>
      <rule name="a" preCondition="p"><match serverVariable="RESPONSE_X" pattern="header"/>
        <conditions><add input="{RESPONSE_Y}" pattern="other"/><add input="{URL}" pattern="/owa"/></conditions>
        <action type="Rewrite" value="x"/></rule>
      <rule name="b" preCondition="p"><match filterByTags="A" pattern="link"/>
        <conditions><add input="{URL}" pattern="/owa"/></conditions><action type="Rewrite" value="x"/></rule>
      <preConditions><preCondition name="p"><add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html"/></preCondition></preConditions>
    </outboundRules></rewrite>`,
  );
  const [set] = prepareRules([{ owner: 'o', level: '/', mode: 'enforce', configuration }]).outbound;
  expect(set?.rules.map((rule) => shown(outboundDemands(rule, false)))).toEqual([
    [['{RESPONSE_CONTENT_TYPE}: text/html'], ['{URL}: /owa']],
    [['{RESPONSE_CONTENT_TYPE}: text/html']],
  ]);
  expect(set?.rules.map((rule) => shown(outboundDemands(rule, true)))[0]).toEqual([
    ['{RESPONSE_CONTENT_TYPE}: text/html'],
  ]);
});
