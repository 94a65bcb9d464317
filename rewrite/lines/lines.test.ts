import { describe, expect, it } from 'vitest';
import { evaluateLine, invalidConfiguration, openConfiguration, RewriteError } from '../index.ts';

const answer = (config: string, line: unknown) =>
  evaluateLine(openConfiguration(config), typeof line === 'string' ? line : JSON.stringify(line));
const rewrite = (content: string) => `<rewrite>${content}</rewrite>`;
const rule = (match: string, rest: string) =>
  rewrite(`<rules><rule name="r"><match url="${match}"/>${rest}</rule></rules>`);

describe('evaluateLine', () => {
  it.each([
    [rule('^x$', '<action type="AbortRequest"/>'), { id: 1, url: '/y?q' }, { id: 1, outcome: 'pass', url: '/y?q' }],
    [rule('^x$', '<action type="AbortRequest"/>'), { id: 'a', url: '/x' }, { id: 'a', outcome: 'abort', rules: ['r'] }],
    [
      rule('^x$', '<action type="Rewrite" url="y"/>'),
      { url: '/x?q' },
      { id: null, outcome: 'rewrite', url: '/y?q', rules: ['r'] },
    ],
    [
      rule('^x$', '<action type="Redirect" url="y"/>'),
      { id: 2, host: 'h', scheme: 'https', url: '/a/x', scope: '/a' },
      { id: 2, outcome: 'redirect', status: 301, location: 'https://h/a/y', rules: ['r'] },
    ],
    [
      rule('^x$', '<action type="CustomResponse" statusCode="404" statusReason="No" statusDescription="d"/>'),
      { id: 3, url: '/x' },
      { id: 3, outcome: 'custom', status: 404, subStatus: 0, reason: 'No', body: 'd', rules: ['r'] },
    ],
    [
      rule('^x$', '<serverVariables><set name="V" value="1"/></serverVariables>'),
      { id: 4, url: '/x' },
      {
        id: 4,
        outcome: 'invalid-config',
        status: 500,
        reason: 'rule "r" sets V, which is not in allowedServerVariables',
        phase: 'runtime',
        rules: ['r'],
      },
    ],
    [
      rewrite(
        '<globalRules><rule name="g"><match url=".*"/><serverVariables><set name="HTTP_A_B" value="1"/><set name="V" value="2"/></serverVariables></rule></globalRules>',
      ),
      { id: 5, url: '/x' },
      { id: 5, outcome: 'pass', url: '/x', requestHeaders: { 'a-b': '1' }, serverVariables: { V: '2' } },
    ],
    [
      rule('^x$', '<conditions><add matchType="IsFile"/></conditions><action type="AbortRequest"/>'),
      { id: 6, url: '/x', fs: { files: ['/X'] } },
      { id: 6, outcome: 'abort', rules: ['r'] },
    ],
    [
      rule(
        '.*',
        '<conditions><add input="{REMOTE_ADDR} {REQUEST_METHOD} {HTTP_A}" pattern="^1 PUT b$"/></conditions><action type="AbortRequest"/>',
      ),
      { id: 7, url: '/x', remoteAddr: '1', method: 'PUT', headers: { A: 'b' } },
      { id: 7, outcome: 'abort', rules: ['r'] },
    ],
    [
      rule('.*', '<conditions><add input="{HTTP_HOST}" pattern="^h$"/></conditions><action type="AbortRequest"/>'),
      { id: 8, url: '/x', headers: { Host: 'h' } },
      { id: 8, outcome: 'abort', rules: ['r'] },
    ],
  ])('%s', (config, line, expected) => {
    expect(answer(config, line)).toEqual(expected);
  });

  it('names server variables as the rule writes them', () => {
    const config = rewrite(
      '<globalRules><rule name="g"><match url=".*"/><serverVariables><set name="Original_Uri" value="x"/></serverVariables></rule></globalRules>',
    );
    expect(answer(config, { url: '/' })).toMatchObject({ outcome: 'pass', serverVariables: { Original_Uri: 'x' } });
  });

  it('takes patterns that IIS takes, whatever they may cost, and says so where one costs too much', () => {
    const config = rule('^(.+)/\\1$', '<action type="AbortRequest"/>');
    expect(answer(config, { url: '/ab/ab' }).outcome).toBe('abort');
    expect(answer(config, { url: '/ab/ba' }).outcome).toBe('pass');
    const dear = rule('(.+)(.+)(.+)\\1x', '<action type="AbortRequest"/>');
    expect(answer(dear, { id: 1, url: `/${'ab'.repeat(500)}x` })).toMatchObject({
      id: 1,
      outcome: 'invalid-config',
      phase: 'runtime',
      reason: expect.stringContaining('1,000,000 steps'),
    });
  });

  it('answers in the order of keys that people read', () => {
    const config = rule('.*', '<action type="CustomResponse" statusCode="404"/>');
    expect(JSON.stringify(answer(config, { id: 1, url: '/' }))).toMatch(/^\{"id":1,"outcome":"custom","status":404,/);
  });

  const outbound = rewrite(`<outboundRules>
    <rule name="h"><match serverVariable="RESPONSE_X_New" pattern="^$"/><action type="Rewrite" value="n"/></rule>
    <rule name="s"><match serverVariable="RESPONSE_Server" pattern=".+"/><action type="Rewrite" value=""/></rule>
    <rule name="b"><match pattern="foo"/><action type="Rewrite" value="bar"/></rule></outboundRules>`);

  it('applies outbound rules to a response, keeping the names of headers', () => {
    const response = {
      status: 201,
      headers: { SERVER: 'x', 'content-Type': 'a/b', 'Set-Cookie': ['a', 'b'] },
      body: 'foo',
    };
    expect(answer(outbound, { id: 1, url: '/', response })).toEqual({
      id: 1,
      outcome: 'rewrite',
      url: '/',
      status: 201,
      headers: { 'content-Type': 'a/b', 'Set-Cookie': ['a', 'b'], 'X-New': 'n' },
      body: 'bar',
      rules: ['h', 's', 'b'],
    });
    const same = { status: 200, headers: { 'X-New': 'o' }, body: 'x' };
    expect(answer(outbound, { id: 2, url: '/', response: same })).toMatchObject({ outcome: 'pass', body: 'x' });
  });

  it('fails at run time for a body that is encoded', () => {
    const response = { status: 200, headers: { 'Content-Encoding': 'gzip' }, body: 'foo' };
    expect(answer(outbound, { id: 1, url: '/', response })).toMatchObject({
      outcome: 'invalid-config',
      status: 500,
      phase: 'runtime',
    });
  });

  it.each([
    ['{', null],
    ['[]', null],
    ['{"id":7}', 7],
    ['{"id":7,"url":1}', 7],
    ['{"id":7,"url":"/","scheme":"ftp"}', 7],
    ['{"id":7,"url":"/","headers":{"a":{}}}', 7],
    ['{"id":7,"url":"/","headers":[]}', 7],
    ['{"id":7,"url":"/","fs":{"files":"x"}}', 7],
    ['{"id":7,"url":"/","response":{"status":"200"}}', 7],
  ])('says what is wrong with the line %s', (line, id) => {
    const { reason, ...rest } = answer(rewrite(''), line);
    expect(rest).toEqual({ id, outcome: 'invalid-request' });
    expect(reason).not.toBe('');
  });

  it('takes header names like __proto__ for what they are', () => {
    const config = rule(
      '.*',
      '<conditions><add input="{HTTP___PROTO__}{HTTP_CONSTRUCTOR}" pattern="."/></conditions><action type="AbortRequest"/>',
    );
    expect(answer(config, '{"id":1,"url":"/","headers":{"__proto__":"x"}}')).toMatchObject({ outcome: 'pass' });
    expect(answer(config, '{"id":1,"url":"/","headers":{"constructor":"x"}}')).toMatchObject({ outcome: 'abort' });
  });
});

describe('openConfiguration', () => {
  it('opens a web.config at the scope of the line', () => {
    const config = `<configuration><system.webServer>${rule('^x$', '<action type="AbortRequest"/>')}</system.webServer>
      <location path="sub"><system.webServer>${rule('^y$', '<action type="CustomResponse" statusCode="404"/>').replace('"r"', '"s"')}</system.webServer></location></configuration>`;
    expect(answer(config, { url: '/a/x', scope: '/a' }).outcome).toBe('abort');
    expect(answer(config, { url: '/x', scope: '/a' }).outcome).toBe('pass');
    expect(answer(config, { url: '/a/sub/y', scope: 'a/' }).outcome).toBe('custom');
  });

  it('opens an applicationHost.config: site by binding, levels after the global rules', () => {
    const config = `<configuration><system.applicationHost><sites>
        <site name="One"><bindings><binding protocol="http" bindingInformation="*:80:one"/></bindings></site>
        <site name="Two"><bindings><binding protocol="http" bindingInformation="*:80:two"/></bindings></site></sites></system.applicationHost>
      <system.webServer><rewrite><globalRules><rule name="g"><match url="^g/(.*)"/><action type="Rewrite" url="/sub/{R:1}"/></rule></globalRules></rewrite></system.webServer>
      <location path="One/sub"><system.webServer>${rule('^x$', '<action type="AbortRequest"/>')}</system.webServer></location></configuration>`;
    const outcome = (host: string, url: string) => answer(config, { host, url }).outcome;
    expect(['/sub/x', '/x', '/g/x', '/g/y'].map((url) => outcome('one', url))).toEqual([
      'abort',
      'pass',
      'abort',
      'rewrite',
    ]);
    expect(['/sub/x', '/g/x'].map((url) => outcome('two', url))).toEqual(['pass', 'rewrite']);
  });

  it('refuses at once what is wrong anywhere, with its place', () => {
    const config = `<configuration>\n<location path="a"><system.webServer>\n<rewrite><rules><rule name="r"><match url="("/></rule></rules></rewrite></system.webServer></location></configuration>`;
    try {
      openConfiguration(config);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof RewriteError)) throw error;
      const { reason, ...rest } = invalidConfiguration(error);
      expect(rest).toEqual({ outcome: 'invalid-config', line: 3, column: 39 });
      expect(reason).toContain('url="("');
    }
  });

  it('refuses rules that call a provider: their code is in IIS', () => {
    const config = rewrite(`<providers><provider name="DB" type="T"/></providers><rules><rule name="r"><match url=".*"/>
      <conditions><add input="{DB:{R:0}}" pattern=".+"/></conditions></rule></rules>`);
    expect(() => openConfiguration(config)).toThrow(/provider/);
    expect(() => openConfiguration(config.replace('name="r"', 'name="r" enabled="false"'))).not.toThrow();
  });
});
