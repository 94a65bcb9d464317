import { describe, expect, it } from 'vitest';
import { evaluateInbound, evaluateOutbound, type HeaderFields, parseRewrite, prepareRules } from '../index.ts';
import { headersAfter, prepared, request } from '../testing/evaluate.ts';

/** An outbound rule on a header. */
const rule = (match: string, value: string, more = '', attributes = 'name="r"') =>
  `<rule ${attributes}><match ${match}/>${more}<action type="Rewrite" value="${value}"/></rule>`;
const one = (match: string, value: string, more = '') => `<outboundRules>${rule(match, value, more)}</outboundRules>`;

describe('an outbound rule on a header', () => {
  it.each<[string, string, string, HeaderFields, Record<string, string | string[] | undefined>]>([
    [
      'replaces the whole value',
      'serverVariable="RESPONSE_X_A" pattern="b+"',
      '[{R:0}]',
      { 'x-a': 'abbc' },
      { 'x-a': '[bb]' },
    ],
    ['leaves a value that does not match', 'serverVariable="RESPONSE_X_A" pattern="z"', 'y', { 'x-a': 'abbc' }, {}],
    [
      'creates a missing header with (.*)',
      'serverVariable="RESPONSE_X_A" pattern="(.*)"',
      '{R:1}; y',
      {},
      { 'x-a': '; y' },
    ],
    ['creates a missing header with ^$', 'serverVariable="RESPONSE_X_A" pattern="^$"', 'y', {}, { 'x-a': 'y' }],
    ['does not create one with .+', 'serverVariable="RESPONSE_X_A" pattern=".+"', 'y', {}, {}],
    [
      'takes a header away with an empty value',
      'serverVariable="RESPONSE_Server" pattern=".+"',
      '',
      { server: 'x' },
      { server: undefined },
    ],
    ['takes names with dashes', 'serverVariable="response_x-a" pattern=".*"', 'y', {}, { 'x-a': 'y' }],
    ['may be negated', 'serverVariable="RESPONSE_X_A" pattern="b" negate="true"', 'y', { 'x-a': 'a' }, { 'x-a': 'y' }],
    ['minds case if told to', 'serverVariable="RESPONSE_X_A" pattern="A" ignoreCase="false"', 'y', { 'x-a': 'a' }, {}],
    [
      'sees lines of one name joined',
      'serverVariable="RESPONSE_X_A" pattern="^a, b$"',
      'y',
      { 'x-a': ['a', 'b'] },
      { 'x-a': 'y' },
    ],
    [
      'changes each cookie by itself',
      'serverVariable="RESPONSE_Set_Cookie" pattern="^(?!.*Secure)(.*)$"',
      '{R:1}; Secure',
      { 'set-cookie': ['a=1', 'b=2; Secure', 'c=3'] },
      { 'set-cookie': ['a=1; Secure', 'b=2; Secure', 'c=3; Secure'] },
    ],
    [
      'takes a cookie away',
      'serverVariable="RESPONSE_Set_Cookie" pattern="^b="',
      '',
      { 'set-cookie': ['a=1', 'b=2'] },
      { 'set-cookie': 'a=1' },
    ],
    [
      'brings no line ends in',
      'serverVariable="RESPONSE_X_A" pattern=".*"',
      '{UrlDecode:a%0d%0ab}',
      {},
      { 'x-a': 'a b' },
    ],
    ['reads the status', 'serverVariable="RESPONSE_X_A" pattern=".*"', '{RESPONSE_STATUS}', {}, { 'x-a': '200' }],
    [
      'reads other headers of the response',
      'serverVariable="RESPONSE_X_A" pattern=".*"',
      '{RESPONSE_X_B}{response_x_c}',
      { 'x-b': 'b' },
      { 'x-a': 'b' },
    ],
    [
      'tells no change where there is none',
      'serverVariable="RESPONSE_X_A" pattern="(.*)"',
      '{R:1}',
      { 'x-a': 'a' },
      {},
    ],
  ])('%s', (_, match, value, headers, expected) => {
    expect(headersAfter(one(match, value), headers)).toEqual(expected);
  });

  it('takes wildcards and exact texts', () => {
    const of = (syntax: string, pattern: string) =>
      `<outboundRules>${rule(`serverVariable="RESPONSE_X" pattern="${pattern}"`, '[{R:1}]', '', `name="r" patternSyntax="${syntax}"`)}</outboundRules>`;
    expect(headersAfter(of('Wildcard', 'a*c'), { x: 'abc' })).toEqual({ x: '[b]' });
    expect(headersAfter(of('ExactMatch', 'ABC'), { x: 'abc' })).toEqual({ x: '[]' });
    expect(headersAfter(of('ExactMatch', 'b'), { x: 'abc' })).toEqual({});
  });

  it('keeps a value with replace="false"', () => {
    const content =
      '<outboundRules><rule name="r"><match serverVariable="RESPONSE_X" pattern=".*"/><action type="Rewrite" value="new" replace="false"/></rule></outboundRules>';
    expect([headersAfter(content, { x: 'old' }), headersAfter(content, {})]).toEqual([{}, { x: 'new' }]);
  });

  it('does nothing with action None, and nothing when disabled', () => {
    const none =
      '<outboundRules><rule name="r"><match serverVariable="RESPONSE_X" pattern=".*"/><action type="None"/></rule></outboundRules>';
    const disabled = `<outboundRules>${rule('serverVariable="RESPONSE_X" pattern=".*"', 'y', '', 'name="r" enabled="false"')}</outboundRules>`;
    expect([headersAfter(none, {}), headersAfter(disabled, {})]).toEqual([{}, {}]);
  });
});

describe('several outbound rules', () => {
  const match = 'serverVariable="RESPONSE_X" pattern="(.*)"';
  it('feed one another', () => {
    const content = `<outboundRules>${rule(match, '{R:1}a')}${rule(match, '{R:1}b{RESPONSE_X}', '', 'name="s"')}</outboundRules>`;
    expect(headersAfter(content, { x: '-' })).toEqual({ x: '-ab-a' });
  });

  it('stop at stopProcessing, for that header only', () => {
    const content = `<outboundRules>${rule(match, '{R:1}a', '', 'name="r" stopProcessing="true"')}${rule(match, '{R:1}b', '', 'name="s"')}
      ${rule('serverVariable="RESPONSE_Y" pattern=".*"', 'y', '', 'name="t"')}</outboundRules>`;
    expect(headersAfter(content, { x: '-' })).toEqual({ x: '-a', y: 'y' });
  });
});

describe('conditions and preconditions', () => {
  const html = '<preCondition name="IsHTML"><add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html"/></preCondition>';
  const guarded = (groups: string, name: string) =>
    `<outboundRules>${rule('serverVariable="RESPONSE_X" pattern=".*"', 'y', '', `name="r" preCondition="${name}"`)}<preConditions>${groups}</preConditions></outboundRules>`;

  it.each([
    ['text/html; charset=utf-8', { x: 'y' }],
    ['application/json', {}],
  ])('look at the response as it came: %s', (type, expected) => {
    expect(headersAfter(guarded(html, 'isHtml'), { 'content-type': type })).toEqual(expected);
    const changed = guarded(html, 'isHtml').replace(
      '<outboundRules>',
      `<outboundRules>${rule('serverVariable="RESPONSE_Content_Type" pattern=".*"', 'x/y', '', 'name="first"')}`,
    );
    expect(headersAfter(changed, { 'content-type': type })).toEqual({ 'content-type': 'x/y', ...expected });
  });

  it.each([
    ['MatchAny', 'ECMAScript', '^a$', true],
    ['MatchAll', 'ECMAScript', '^a$', false],
    ['MatchAny', 'Wildcard', 'a*', true],
    ['MatchAny', 'ExactMatch', 'ab', false],
  ])('group by %s with %s %s: %s', (grouping, syntax, pattern, holds) => {
    const group = `<preCondition name="p" logicalGrouping="${grouping}" patternSyntax="${syntax}"><add input="a" pattern="${pattern}"/><add input="b" pattern="z"/></preCondition>`;
    expect(headersAfter(guarded(group, 'p'), {})).toEqual(holds ? { x: 'y' } : {});
  });

  it('hold when there are none', () => {
    expect(headersAfter(guarded('<preCondition name="p" logicalGrouping="MatchAny"/>', 'p'), {})).toEqual({ x: 'y' });
  });

  it('number captures through by default', () => {
    const conditions =
      '<conditions><add input="ab" pattern="(a)(b)"/><add input="cd" pattern="c(d)"/><add input="x" pattern="(z)" negate="true"/></conditions>';
    const content = one('serverVariable="RESPONSE_X" pattern="(.*)"', '{C:0}{C:1}{C:2}{C:3}{R:1}', conditions);
    expect(headersAfter(content, { x: '!' })).toEqual({ x: 'ababd!' });
    const last = content.replace('<conditions>', '<conditions trackAllCaptures="false">');
    expect(headersAfter(last, { x: '!' })).toEqual({ x: 'cdd!' });
  });
});

describe('after the inbound rules', () => {
  const content = `<globalRules><rule name="in"><match url="^(webmail)/(.*)"/>
      <serverVariables><set name="ORIGINAL_HOST" value="{HTTP_HOST}"/><set name="HTTP_HOST" value="inside"/></serverVariables>
      <action type="Rewrite" url="TARGET"/></rule></globalRules>
    <outboundRules>${rule('serverVariable="RESPONSE_X" pattern=".*"', '{ORIGINAL_HOST} {HTTP_HOST} {URL} {QUERY_STRING} {REQUEST_URI}')}</outboundRules>`;
  it.each([
    ['http://localhost:81/{R:2}', 'www.example.com inside /webmail/a b q /webmail/a b?q'],
    ['/{R:2}?n', 'www.example.com inside /a b n&amp;q /webmail/a b?q'.replace('&amp;', '&')],
  ])('with a rewrite to %s the variables are %s', (target, expected) => {
    const rules = prepared(content.replace('TARGET', target));
    const asked = request('/webmail/a%20b?q');
    const inbound = evaluateInbound(rules, asked);
    const verdict = evaluateOutbound(rules, { request: asked, inbound, response: { status: 200, headers: {} } });
    expect(verdict.headers.get('x')).toBe(expected);
  });
});

describe('levels and modes', () => {
  const configuration = parseRewrite(`<rewrite>${one('serverVariable="RESPONSE_X" pattern=".*"', 'y')}</rewrite>`);
  const verdict = (url: string, mode: 'enforce' | 'observe') =>
    evaluateOutbound(prepareRules([{ owner: 'o', level: '/owa', mode, configuration }]), {
      request: request(url),
      response: { status: 200, headers: {} },
    });

  it('covers the paths under its level', () => {
    expect([verdict('/owa/x', 'enforce').headers.size, verdict('/x', 'enforce').headers.size]).toEqual([1, 0]);
  });

  it('only tells of rules that are observed', () => {
    const { headers, observed, by } = verdict('/owa/x', 'observe');
    expect([headers.size, by, observed]).toEqual([0, [], [{ by: { owner: 'o', rule: 'r' }, outcome: 'header' }]]);
  });
});
