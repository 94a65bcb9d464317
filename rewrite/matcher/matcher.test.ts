import { describe, expect, test } from 'vitest';
import { evaluateOutbound } from '../evaluate/outbound.ts';
import { parseRewrite } from '../parse/parse-rewrite.ts';
import { prepareRules } from '../prepare/prepare-rules.ts';
import { compileMatcher, longestInput } from './index.ts';

const abort = (pattern: string) =>
  `<rule name="${pattern}"><match url=".*"/><conditions><add input="{UrlDecode:{REQUEST_URI}}" pattern="${pattern}"/></conditions><action type="AbortRequest"/></rule>`;

const scoped = (rules: string, mode: 'enforce' | 'observe' = 'enforce') => ({
  owner: 'CVE-2022-41040',
  level: '/',
  mode,
  configuration: parseRewrite(`<rewrite><rules>${rules}</rules></rewrite>`),
});

const request = (url: string, headers = {}) => ({ method: 'GET', scheme: 'https', host: 'h', url, headers }) as const;

describe('the matcher of responses', () => {
  test('asks a rule that reads a variable which another sets, as the evaluator does', () => {
    const configuration = parseRewrite(`<rewrite><outboundRules>
      <rule name="sets"><match serverVariable="HTTP_X_FLAG" pattern=".*"/><action type="Rewrite" value="danger"/></rule>
      <rule name="reads"><match serverVariable="RESPONSE_X_A" pattern=".*"/><conditions><add input="{HTTP_X_FLAG}" pattern="danger"/></conditions>
        <action type="Rewrite" value="closed"/></rule></outboundRules></rewrite>`);
    const rules = [{ owner: 'o', level: '/', mode: 'enforce', configuration }] as const;
    const exchange = { request: request('/'), response: { status: 200, headers: {} } };
    const verdict = compileMatcher(rules).outbound(exchange);
    expect([...verdict.headers]).toEqual([['x-a', 'closed']]);
    expect(verdict).toEqual(evaluateOutbound(prepareRules(rules), exchange));
  });
});

describe('the matcher', () => {
  const matcher = compileMatcher([scoped(abort('(?=.*autodiscover)(?=.*powershell)'))]);

  test('refuses what a rule matches', () => {
    const by = { owner: 'CVE-2022-41040', rule: '(?=.*autodiscover)(?=.*powershell)' };
    expect(matcher.inbound(request('/autodiscover/autodiscover.json?a=@x/%70owershell'))).toEqual({
      outcome: 'abort',
      by,
    });
  });

  test('lets pass what has only some of the literals', () => {
    expect(matcher.inbound(request('/autodiscover/autodiscover.xml'))).toEqual({ outcome: 'pass' });
    expect(matcher.inbound(request('/powershell/'))).toEqual({ outcome: 'pass' });
  });

  test('only reports in mode observe', () => {
    const watching = compileMatcher([scoped(abort('shell'), 'observe')]);
    expect(watching.inbound(request('/shell'))).toEqual({
      outcome: 'pass',
      observed: [{ by: { owner: 'CVE-2022-41040', rule: 'shell' }, outcome: 'abort' }],
    });
  });

  test('sees in a later rule what an earlier one made of the request', () => {
    const rewriting =
      '<rule name="r"><match url="^old/(.*)"/><action type="Rewrite" url="/new/{R:1}"/></rule>' +
      '<rule name="a"><match url="^new/x"/><action type="AbortRequest"/></rule>';
    expect(compileMatcher([scoped(rewriting)]).inbound(request('/old/x')).outcome).toBe('abort');
    expect(compileMatcher([scoped(rewriting)]).inbound(request('/old/y'))).toMatchObject({
      outcome: 'rewrite',
      url: '/new/y',
    });
  });
});

describe('an input beyond the cap', () => {
  const long = 'a'.repeat(longestInput + 1);
  const enforcing = compileMatcher([scoped(abort('shell'))]);

  test.each([
    ['URL', request(`/${long}`), 414],
    ['header', request('/', { 'x-long': long }), 431],
    ['header of several lines', request('/', { 'x-long': [long.slice(9), long.slice(9)] }), 431],
    ['host', { ...request('/'), host: long }, 431],
  ])('is refused: %s', (_, given, status) => {
    const by = { owner: 'CVE-2022-41040', rule: 'shell' };
    expect(enforcing.inbound(given)).toMatchObject({ outcome: 'custom', status, by });
  });

  test('is evaluated up to the cap, and where nothing is enforced', () => {
    expect(enforcing.inbound(request(long.slice(1))).outcome).toBe('pass');
    const watching = compileMatcher([scoped(abort('shell'), 'observe')]);
    expect(watching.inbound(request(`/${long}shell`))).toMatchObject({
      outcome: 'pass',
      observed: [{ outcome: 'abort' }],
    });
    expect(compileMatcher([]).inbound(request(long))).toEqual({ outcome: 'pass' });
  });
});
