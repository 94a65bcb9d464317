import { describe, expect, it } from 'vitest';
import {
  explain,
  openConfiguration,
  parseRewrite,
  prepareRules,
  readRequestLine,
  renderExplanation,
} from '../index.ts';
import { prepared, request } from '../testing/evaluate.ts';

const rules = `<rules>
<rule name="first"><match url="^a(.)"/><conditions><add input="{URL}" pattern="b$"/><add input="{HTTP_HOST}" pattern="x" negate="true"/></conditions></rule>
<rule name="off" enabled="false"><match url=".*"/></rule>
<rule name="negated"><match url="a" negate="true"/></rule>
<rule name="any"><match url=".*"/><conditions logicalGrouping="MatchAny"><add input="1" pattern="2"/><add matchType="IsFile"/></conditions></rule>
<rule name="stop" stopProcessing="true"><match url="^ab$"/><action type="Rewrite" url="c"/></rule>
<rule name="never"><match url=".*"/><action type="AbortRequest"/></rule>
</rules>`;

describe('explain', () => {
  it('tells of every rule what became of it, and why', () => {
    const { inbound, outcome, path, query } = explain(prepared(rules), request('/a%62?q', { host: 'h' }));
    expect([path, query]).toEqual(['/ab', 'q']);
    expect(inbound.map(({ rule, fate }) => [rule, fate])).toEqual([
      ['first', 'fired'],
      ['off', 'disabled'],
      ['negated', 'pattern-matched'],
      ['any', 'conditions-did-not-hold'],
      ['stop', 'fired'],
      ['never', 'not-reached'],
    ]);
    expect(outcome).toBe('The request goes on to /c?q, rewritten by rule "stop" of test.');
  });

  it('keeps what each pattern saw and captured', () => {
    const [first] = explain(prepared(rules), request('/ab')).inbound;
    expect(first).toMatchObject({
      collection: 'rules',
      level: '/',
      position: { line: 2, column: 1 },
      trial: { pattern: '^a(.)', input: 'ab', captures: ['ab', 'b'] },
      conditions: [
        { template: '{URL}', input: '/ab', holds: true, trial: { captures: ['b'] } },
        { template: '{HTTP_HOST}', input: 'www.example.com', negate: true, holds: false, trial: { captures: ['x'] } },
      ],
    });
  });

  it('gives the same verdict as the evaluation', () => {
    expect(explain(prepared(rules), request('/ab')).verdict).toEqual({
      outcome: 'rewrite',
      url: '/c',
      by: { owner: 'test', rule: 'stop' },
    });
  });

  it('says it in words', () => {
    const text = renderExplanation(explain(prepared(rules), request('/ab', { host: 'h' })));
    expect(text).toBe(`GET http://h/ab
  path as rules see it  "/ab"
  query                 ""

1. FIRED  rule "first" (test, rules at /, line 2)
   match url ^a(.) (any case)
     saw "ab": matched "ab", group 1 "b"
   condition 1 holds: {URL} against b$ (any case)
     saw "/ab": matched "b"
   condition 2 holds: {HTTP_HOST} against not x (any case)
     saw "h": no match
   so action None: nothing happens to the request

2. no     rule "off" (test, rules at /, line 3)
   because it is disabled (enabled="false")

3. no     rule "negated" (test, rules at /, line 4)
   match url not a (any case)
     saw "ab": matched "a"
   because its pattern matched, and the rule is for what does not match (negate)

4. no     rule "any" (test, rules at /, line 5)
   match url .* (any case)
     saw "ab": matched "ab"
   condition 1 does not hold: 1 against 2 (any case)
     saw "1": no match
   condition 2 does not hold: {REQUEST_FILENAME} against IsFile
     saw "/ab": it is not there
     note: nothing was said of files ("fs" of a request, --file), so nothing but the root folder is taken to be there
   because none of its conditions held, and one has to (MatchAny)

5. FIRED  rule "stop" (test, rules at /, line 6)
   match url ^ab$ (any case)
     saw "ab": matched "ab"
   so action Rewrite to "c"; no further rule is looked at

6. no     rule "never" (test, rules at /, line 7)
   because rule "stop" ended the evaluation

The request goes on to /c, rewritten by rule "stop" of test.
`);
  });

  it('names the rule that ended the evaluation, and says where others are still looked at', () => {
    const one = (name: string, action: string) =>
      `<rule name="${name}" stopProcessing="true"><match url=".*"/><action ${action}/></rule>`;
    const both = `<globalRules>${one('g', 'type="Rewrite" url="/x"')}${one('h', 'type="None"')}</globalRules>
      <rules>${one('r', 'type="AbortRequest"')}${one('s', 'type="None"')}</rules>`;
    expect(explain(prepared(both), request('/a')).inbound.map(({ why }) => why)).toEqual([
      'action Rewrite to "/x"; no further global rule is looked at',
      'rule "g" ended the evaluation',
      'action AbortRequest: the connection is closed without an answer; no further rule is looked at',
      'rule "r" ended the evaluation',
    ]);
  });

  it('shows control characters and leaves out the middle of what is long', () => {
    const text = renderExplanation(explain(prepared(rules), request(`/a%0a${'x'.repeat(5000)}`)));
    expect(text).toContain('"a\\nxxx');
    expect(text).toContain('more characters');
    expect(text.length).toBeLessThan(12_000);
    expect([...text].filter((one) => one < ' ' && one !== '\n')).toEqual([]);
  });

  it('lets nothing in a request steer the terminal', () => {
    const answer = prepared(
      '<rules><rule name="r"><match url="(.*)"/><action type="CustomResponse" statusCode="404" statusReason="{R:1}"/></rule></rules>',
    );
    const text = renderExplanation(explain(answer, request('/%1b[31m%c2%9b2J%e2%80%aex', { host: 'h\u001b[0m' })));
    expect(text).toContain('\\u{1b}[31m\\u{9b}2J\\u{202e}x');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('tells of rules at other levels and of those that are only observed', () => {
    const configuration = parseRewrite(
      '<rewrite><rules><rule name="r"><match url=".*"/><action type="AbortRequest"/></rule></rules></rewrite>',
    );
    const both = prepareRules([
      { owner: 'far', level: '/owa', mode: 'enforce', configuration },
      { owner: 'watched', level: '/', mode: 'observe', configuration },
    ]);
    const { inbound, verdict } = explain(both, request('/x'));
    expect(inbound.map(({ owner, fate, mode }) => [owner, fate, mode])).toEqual([
      ['watched', 'fired', 'observe'],
      ['far', 'other-level', 'enforce'],
    ]);
    expect(verdict).toMatchObject({ outcome: 'pass', observed: [{ outcome: 'abort' }] });
    expect(renderExplanation(explain(both, request('/x')))).toContain(
      'Only observed: rule "r" of watched would abort.',
    );
  });

  it('explains outbound rules where there is a response', () => {
    const outbound = prepared(`<outboundRules>
      <rule name="h"><match serverVariable="RESPONSE_X" pattern="(.*)"/><action type="Rewrite" value="{R:1}y"/></rule>
      <rule name="p" preCondition="P"><match serverVariable="RESPONSE_Y" pattern=".*"/></rule>
      <rule name="b"><match filterByTags="A" pattern="1"/><action type="Rewrite" value="2"/></rule>
      <rule name="n"><match filterByTags="Img" pattern="1"/></rule>
      <preConditions><preCondition name="P"><add input="a" pattern="b"/></preCondition></preConditions></outboundRules>`);
    const told = explain(outbound, request('/'), { status: 200, headers: { x: 'x' }, body: '<a href=1><a href=3>' });
    expect(told.outbound.map(({ rule, fate, trial }) => [rule, fate, trial?.input])).toEqual([
      ['h', 'fired', 'x'],
      ['p', 'precondition-did-not-hold', undefined],
      ['b', 'fired', '1'],
      ['b', 'pattern-did-not-match', '3'],
      ['n', 'pattern-did-not-match', undefined],
    ]);
    expect(renderExplanation(told)).toContain('Header X becomes "xy".');
  });
});

describe('what is told where', () => {
  const told = (xml: string, beside?: (file: string) => string | undefined) => {
    const line = readRequestLine(
      '{"url":"/x","response":{"status":200,"headers":{"Content-Type":"image/png"},"body":""}}',
    );
    return renderExplanation(explain(openConfiguration(xml, beside).for(line), line.request, line.response));
  };

  it('which test of a precondition did not hold, and where a rule looked', () => {
    const text = told(`<rewrite><outboundRules>
      <rule name="a" preCondition="html"><match pattern="x"/></rule>
      <rule name="b"><match serverVariable="RESPONSE_X_A" pattern="x"/></rule>
      <preConditions><preCondition name="html"><add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html"/></preCondition></preConditions>
    </outboundRules></rewrite>`);
    expect(text).toContain('{RESPONSE_CONTENT_TYPE} is "image/png", which has to match ^text/html');
    expect(text).toContain('match in RESPONSE_X_A: x (any case)');
  });

  it('the file of a rule that stands in one of its own', () => {
    const rules = '<rules>\n<rule name="r"><match url="x"/></rule></rules>';
    expect(told('<rewrite><rules configSource="r.config"/></rewrite>', () => rules)).toContain('line 2 of r.config');
  });
});
