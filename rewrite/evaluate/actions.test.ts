import { describe, expect, it } from 'vitest';
import { evaluateInbound, type RewriteRequest } from '../index.ts';
import { prepared, request, verdictOf } from '../testing/evaluate.ts';

describe('Rewrite', () => {
  it.each([
    ['b', '/a?o=1', '/b?o=1'],
    ['/b/', '/a', '/b/'],
    ['b?n=2', '/a?o=1', '/b?n=2&o=1'],
    ['b?', '/a?o=1', '/b?o=1'],
    ['b?n=2&amp;', '/a?o=1', '/b?n=2&o=1'],
    ['b?n=2', '/a', '/b?n=2'],
    ['{R:1}', '/', '/'],
    ['../x/./b', '/a', '/x/b'],
    ['/f/{QUERY_STRING}', '/a?../../b', '/b?../../b'],
    ['/x/{R:1}', '/a b%25', '/x/a%20b%25'],
    ['/x/{R:1}', '/%2541', '/x/%2541'],
    ['/x/{R:1}', '/%C3%A9%22', '/x/%C3%A9%22'],
    ['b?p={R:1}', '/a b', '/b?p=a%20b'],
    ['b?p={UrlEncode:{R:1}}', '/a%26b', '/b?p=a%26b'],
    ['http://inside:81/{R:1}', '/a?o=1', 'http://inside:81/a?o=1'],
    ['HTTPS://inside', '/a', 'HTTPS://inside/'],
    ['https://{HTTP_HOST}/{R:1}', '/', 'https://www.example.com/'],
    ['http://inside/x?n=2', '/a?o=1', 'http://inside/x?n=2&o=1'],
    ['http://inside{UNENCODED_URL}', '/a%2Fb', 'http://inside/a%252Fb'],
  ])('to %s of %s goes on to %s', (url, from, to) => {
    const rule = `<match url="(.*)"/><action type="Rewrite" url="${url}"/>`;
    expect(verdictOf(rule, from)).toMatchObject({ outcome: 'rewrite', url: to });
  });

  it.each([
    ['b', '/a?o=1', '/b'],
    ['b?n=2', '/a?o=1', '/b?n=2'],
    ['http://inside/', '/a?o=1', 'http://inside/'],
  ])('without the query: to %s of %s goes on to %s', (url, from, to) => {
    const rule = `<match url="(.*)"/><action type="Rewrite" url="${url}" appendQueryString="false"/>`;
    expect(verdictOf(rule, from)).toMatchObject({ outcome: 'rewrite', url: to });
  });

  it('does not encode again where useOriginalURLEncoding is false', () => {
    const rules = prepared(
      `<rules useOriginalURLEncoding="false"><rule name="r"><match url=".*"/><action type="Rewrite" url="http://inside{UNENCODED_URL}" appendQueryString="false"/></rule></rules>`,
    );
    expect(evaluateInbound(rules, request('/a%2Fb?c=%20'))).toMatchObject({ url: 'http://inside/a%2Fb?c=%20' });
  });

  it('to a proxy leaves the local path to later rules, and a later local rewrite wins', () => {
    const content = (last: string) => `<rules>
      <rule name="1"><match url="^a$"/><action type="Rewrite" url="http://inside/b"/></rule>
      <rule name="2"><match url="^a$"/><action type="${last}" url="/{URL}"/></rule></rules>`;
    expect(evaluateInbound(prepared(content('None')), request('/a'))).toMatchObject({ url: 'http://inside/b' });
    expect(evaluateInbound(prepared(content('Rewrite')), request('/a'))).toMatchObject({ url: '//a' });
  });
});

describe('Redirect', () => {
  it.each([
    ['b', '/a?o=1', 'http://www.example.com/b?o=1'],
    ['/b?n=2', '/a?o=1', 'http://www.example.com/b?n=2&o=1'],
    ['{R:1}', '/', 'http://www.example.com/'],
    ['https://{HTTP_HOST}{REQUEST_URI}', '/a?o=1', 'https://www.example.com/a?o=1&o=1'],
    ['{R:1}/', '/a b', 'http://www.example.com/a%20b/'],
    ['hey/{UrlEncode:&lt;hey&gt;}', '/a', 'http://www.example.com/hey/%3Chey%3E'],
    ['b#top', '/a?o=1', 'http://www.example.com/b?o=1#top'],
    ['//other.example/b', '/a', 'http://other.example/b'],
    ['ftp://other.example/b', '/a', 'ftp://other.example/b'],
    ['é', '/a', 'http://www.example.com/%C3%A9'],
    ['{R:1}', '/javascript:alert(1)', 'http://www.example.com/javascript:alert(1)'],
    ['/{R:1}', '/a%0d%0aSet-Cookie:x', 'http://www.example.com/a%0D%0ASet-Cookie:x'],
  ])('to %s of %s sends %s', (url, from, location) => {
    const rule = `<match url="([\\s\\S]*)"/><action type="Redirect" url="${url}"/>`;
    expect(verdictOf(rule, from)).toEqual({
      outcome: 'redirect',
      status: 301,
      location,
      by: { owner: 'test', rule: 't' },
    });
  });

  it.each([
    ['Permanent', 301],
    ['found', 302],
    ['SeeOther', 303],
    ['Temporary', 307],
  ])('of type %s has status %i', (type, status) => {
    const rule = `<match url=".*"/><action type="Redirect" url="/x" redirectType="${type}" appendQueryString="false"/>`;
    expect(verdictOf(rule, '/a?o=1', { scheme: 'https', host: 'h:8443' })).toMatchObject({
      status,
      location: 'https://h:8443/x',
    });
  });
});

describe('CustomResponse', () => {
  it('fills its texts in and keeps the reason on one line', () => {
    const rule = `<match url="([\\s\\S]*)"/><action type="CustomResponse" statusCode="403" subStatusCode="19"
      statusReason="No {R:1}" statusDescription="{HtmlEncode:{R:1}}"/>`;
    expect(verdictOf(rule, '/%3Cb%3E%0d%0aX:y')).toEqual({
      outcome: 'custom',
      status: 403,
      subStatus: 19,
      reason: 'No <b> X:y',
      body: '&lt;b&gt;\r\nX:y',
      by: { owner: 'test', rule: 't' },
    });
  });
});

describe('server variables', () => {
  const rule = (sets: string, rest = '<action type="None"/>') =>
    `<rule name="r"><match url="([\\s\\S]*)"/><serverVariables>${sets}</serverVariables>${rest}</rule>`;
  const verdict = (content: string, more: Partial<RewriteRequest> = {}) =>
    evaluateInbound(prepared(content), request('/a?b', more));

  it('of a global rule need no leave; HTTP_ names are request headers', () => {
    const content = `<globalRules>${rule('<set name="HTTP_X_Forwarded_Host" value="{HTTP_HOST}"/><set name="my_Var" value="{R:1}"/>')}</globalRules>`;
    expect(verdict(content)).toEqual({
      outcome: 'pass',
      changes: {
        requestHeaders: new Map([['x-forwarded-host', 'www.example.com']]),
        serverVariables: new Map([['MY_VAR', 'a']]),
      },
    });
  });

  it('of a distributed rule have to be allowed, or the request fails when the rule fires', () => {
    const content = (match: string) =>
      `<allowedServerVariables><add name="http_x"/></allowedServerVariables><rules>${rule('<set name="HTTP_X" value="1"/><set name="HTTP_Y" value="1"/>').replace('([\\s\\S]*)', match)}</rules>`;
    expect(verdict(content('.*'))).toEqual({
      outcome: 'error',
      status: 500,
      reason: 'rule "r" sets HTTP_Y, which is not in allowedServerVariables',
      by: { owner: 'test', rule: 'r' },
    });
    expect(verdict(content('^x$'))).toEqual({ outcome: 'pass' });
  });

  it('are set before the action reads them, and later rules see them', () => {
    const content = `<globalRules>
      ${rule('<set name="HTTP_HOST" value="inside"/><set name="V" value="{HTTP_HOST}/{V}"/>', '<action type="Rewrite" url="/{V}"/>')}
      <rule name="2"><match url=".*"/><conditions><add input="{HTTP_HOST}{V}" pattern="^insideinside/$"/></conditions>
        <action type="CustomResponse" statusCode="404" statusReason="{URL}"/></rule></globalRules>`;
    expect(verdict(content)).toMatchObject({ outcome: 'custom', reason: '/inside/' });
  });

  it.each([
    ['HTTP_X', { x: 'old' }, undefined],
    ['HTTP_X', { x: '' }, 'new'],
    ['HTTP_X', {}, 'new'],
  ])('with replace="false" keep what is there: %s of %j', (name, headers, expected) => {
    const content = `<globalRules>${rule(`<set name="${name}" value="new" replace="false"/>`)}</globalRules>`;
    const result = verdict(content, { headers });
    expect(result.outcome === 'pass' && result.changes?.requestHeaders.get('x')).toBe(expected ?? undefined);
  });

  it('bring no line ends into a header', () => {
    const content = `<globalRules>${rule('<set name="HTTP_X" value="{R:1}"/>')}</globalRules>`;
    const result = evaluateInbound(prepared(content), request('/a%0d%0aEvil:%20b%00c'));
    expect(result.outcome === 'pass' && result.changes?.requestHeaders.get('x')).toBe('a Evil: b c');
  });
});
