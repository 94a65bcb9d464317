import { describe, expect, it } from 'vitest';
import type { RulesEntry } from '../index.ts';
import { exchange } from '../testing/raw-client.ts';
import { echoed, powershell, rule } from '../testing/rig.ts';
import { start } from '../testing/test-rig.ts';

const get = (target: string, more = '') => `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${more}\r\n`;
const kept = (target: string) => `GET ${target} HTTP/1.1\r\nHost: h\r\n\r\n`;

const abortOn = (owner: string, url: string) => rule(owner, `<match url="${url}" /><action type="AbortRequest" />`);

/** An entry with an outbound rule. */
function outbound(owner: string, inside: string, more = ''): RulesEntry {
  const rewrite = `<rewrite><outboundRules><rule name="${owner} rule">${inside}</rule>${more}</outboundRules></rewrite>`;
  return { owner, revision: 1, index: 0, level: '/', mode: 'enforce', rewrite };
}

describe('a request that a rule aborts', () => {
  it.each([
    '/autodiscover/autodiscover.json?a=@example.com/powershell',
    '/autodiscover/autodiscover.json?a=@example.com/%70owershell',
    '/Autodiscover/?PowerShell',
  ])('ends its connection without a byte, and the upstream never hears of it: %s', async (target) => {
    const { port, reached } = await start({ rules: [powershell] });
    expect(await exchange(port, get(target))).toBe('');
    expect(reached).toEqual([]);
    expect(await exchange(port, get('/owa/'))).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('does so whatever comes with it: a body, an expectation, an upgrade, an absolute target', async () => {
    const { port, reached } = await start({ rules: [powershell] });
    const target = '/autodiscover?powershell';
    for (const text of [
      `POST ${target} HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello`,
      `POST ${target} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
      `POST ${target} HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n`,
      `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      `GET http://h${target} HTTP/1.1\r\nHost: h\r\n\r\n`,
      `GET ${target} HTTP/1.0\r\n\r\n`,
      `OPTIONS ${target} HTTP/1.1\r\nHost: h\r\n\r\n`,
    ]) {
      expect(await exchange(port, text)).toBe('');
    }
    expect(reached).toEqual([]);
  });

  it('does so behind a # too, at which the server behind may end the target', async () => {
    const { port, reached } = await start({
      rules: [abortOn('path', '^owa/evil[.]aspx$'), abortOn('word', 'hidden$'), powershell],
    });
    for (const target of ['/owa/evil.aspx#x', '/owa/evil.aspx#', 'http://h/owa/evil.aspx#?a', '/a#/hidden']) {
      expect(await exchange(port, get(target)), target).toBe('');
    }
    expect(await exchange(port, get('/autodiscover?#powershell'))).toBe('');
    expect(await exchange(port, get('/owa/?a=1#b'))).toContain('"url":"/owa/?a=1#b"');
    expect(reached).toEqual(['GET /owa/?a=1#b']);
  });

  it('takes what follows it on the connection with it, but not what came before', async () => {
    const { connect, reached } = await start({
      rules: [powershell],
      upstream: (request, response) => void setTimeout(() => response.end(`<${request.url}>`), 20),
    });
    const client = connect();
    client.write(kept('/before') + kept('/autodiscover?powershell') + kept('/after'));
    await client.closed;
    expect(client.received).toContain('</before>');
    expect(client.received.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(reached).toEqual(['GET /before']);
  });

  it('is refused after many ordinary ones on the same connection', async () => {
    const { connect } = await start({ rules: [powershell] });
    const client = connect();
    for (let n = 0; n < 3; n++) {
      client.received = '';
      client.write(kept('/owa/'));
      await client.until(/\}$/);
    }
    client.received = '';
    client.write(kept('/autodiscover?powershell'));
    await client.closed;
    expect(client.received).toBe('');
  });

  it('is judged by every field of a name, not only by the first', async () => {
    const rules = [
      rule(
        'UA',
        '<match url=".*" /><conditions><add input="{HTTP_USER_AGENT}" pattern="evil" /></conditions><action type="AbortRequest" />',
      ),
      rule(
        'CK',
        '<match url=".*" /><conditions><add input="{HTTP_COOKIE}" pattern="X-BEResource=" /></conditions><action type="AbortRequest" />',
      ),
    ];
    const { port } = await start({ rules });
    expect(await exchange(port, get('/', 'User-Agent: good\r\nUser-Agent: evil\r\n'))).toBe('');
    expect(await exchange(port, get('/', 'Cookie: a=1\r\nCookie: X-BEResource=b\r\n'))).toBe('');
    expect(await exchange(port, get('/', 'Cookie: a=1\r\nUser-Agent: good\r\n'))).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('other outcomes', () => {
  it('answer in the upstream’s place, as text that cannot run', async () => {
    const inside =
      '<match url="^custom/(.*)" /><action type="CustomResponse" statusCode="403" subStatusCode="4" statusReason="No" statusDescription="not here: {R:1}" />';
    const { port, reached } = await start({ rules: [rule('C', inside)] });
    const received = await exchange(port, get('/custom/<script>'));
    expect(received).toMatch(/^HTTP\/1\.1 403 No\r\n[\s\S]*content-type: text\/plain[\s\S]*nosniff[\s\S]*not here: /i);
    expect(reached).toEqual([]);
  });

  it('redirect', async () => {
    const inside = '<match url="^old/(.*)" /><action type="Redirect" url="/new/{R:1}" redirectType="Found" />';
    const { port, reached } = await start({ rules: [rule('R', inside)] });
    expect(await exchange(port, get('/old/a?b=c'))).toMatch(
      /^HTTP\/1\.1 302 Found\r\nlocation: http:\/\/h\/new\/a\?b=c\r\n/i,
    );
    expect(reached).toEqual([]);
  });

  it('rewrite to another path of the same upstream and set request header fields', async () => {
    const rewrite = `<rewrite><allowedServerVariables><add name="HTTP_X_CHECKED" /></allowedServerVariables><rules><rule name="w">
      <match url="^from/(.*)" /><serverVariables><set name="HTTP_X_CHECKED" value="yes" /></serverVariables>
      <action type="Rewrite" url="/to/{R:1}" /></rule></rules></rewrite>`;
    const { port } = await start({
      rules: [{ owner: 'W', revision: 1, index: 0, level: '/', mode: 'enforce', rewrite }],
    });
    const seen = echoed(await exchange(port, get('/from/a?b=c', 'X-Checked: forged\r\n')));
    expect(seen.url).toBe('/to/a?b=c');
    expect(seen.fields.join('|')).toMatch(/x-checked\|yes/i);
    expect(seen.fields).not.toContain('forged');
  });

  it('change response header fields where their preconditions hold', async () => {
    const inside = `<match serverVariable="RESPONSE_Content_Security_Policy" pattern="(.*)" /><action type="Rewrite" value="{R:1}; script-src-attr 'none'" />`;
    const pre = `<preConditions><preCondition name="html"><add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html" /></preCondition></preConditions>`;
    const entry = outbound('M2', inside, pre);
    const withPre = {
      ...entry,
      rewrite: entry.rewrite.replace('<rule name="M2 rule">', '<rule name="M2 rule" preCondition="html">'),
    };
    const { port } = await start({
      rules: [withPre],
      upstream: (request, response) => {
        response.setHeader('content-type', request.url === '/html' ? 'text/html' : 'text/plain');
        response.setHeader('content-security-policy', "default-src 'self'");
        response.setHeader('set-cookie', ['a=1', 'b=2']);
        response.end('x');
      },
    });
    const html = await exchange(port, get('/html'));
    expect(html).toContain(`content-security-policy: default-src 'self'; script-src-attr 'none'\r\n`);
    expect(html).toMatch(/set-cookie: a=1\r\nset-cookie: b=2/i);
    expect(await exchange(port, get('/text'))).toContain(`content-security-policy: default-src 'self'\r\n`);
  });

  it('take a response header field away', async () => {
    const inside = '<match serverVariable="RESPONSE_X_Powered_By" pattern=".*" /><action type="Rewrite" value="" />';
    const { port } = await start({
      rules: [outbound('H', inside)],
      upstream: (_request, response) => response.setHeader('x-powered-by', 'secret').end('ok'),
    });
    const received = await exchange(port, get('/'));
    expect(received).toMatch(/ok$/);
    expect(received).not.toMatch(/x-powered-by/i);
  });
});

describe('rules of several owners', () => {
  const own =
    '<rewrite><rules><rule name="own" stopProcessing="true"><match url="^mail/(.*)" /><action type="Rewrite" url="/owa/{R:1}" /></rule></rules></rewrite>';

  it('cannot hide one another by stopping or by rewriting', async () => {
    const stopper = rule('A', '<match url=".*" /><action type="None" />');
    const rewriter = rule('B', '<match url="^bad" /><action type="Rewrite" url="/good" />');
    const { port } = await start({ rules: [stopper, rewriter, abortOn('C', '^bad')] });
    expect(await exchange(port, get('/bad'))).toBe('');
    expect(await exchange(port, get('/fine'))).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('judge what a rewrite leads to as well', async () => {
    const { port, reached } = await start({ rules: [abortOn('C', '^owa/evil')], ownRules: own });
    expect(await exchange(port, get('/mail/evil'))).toBe('');
    expect(echoed(await exchange(port, get('/mail/ok'))).url).toBe('/owa/ok');
    expect(reached).toEqual(['GET /owa/ok']);
  });

  it('do not hide what the own rules refuse, alone or before they rewrite', async () => {
    const refusing = '<rule name="no"><match url="^old/evil" /><action type="AbortRequest" /></rule>';
    const rewriter = rule('A', '<match url="^old/(.*)" /><action type="Rewrite" url="/new/{R:1}" />');
    for (const ownRules of [
      `<rewrite><rules>${refusing}</rules></rewrite>`,
      own.replace('<rules>', `<rules>${refusing}`),
    ]) {
      const { port, reached } = await start({ rules: [rewriter], ownRules });
      expect(await exchange(port, get('/old/evil'))).toBe('');
      await exchange(port, get('/old/fine'));
      expect(reached).toEqual(['GET /new/fine']);
    }
  });

  it('stand at their own level only', async () => {
    const { port } = await start({ rules: [{ ...abortOn('L', '^x'), level: '/owa' }] });
    expect(await exchange(port, get('/owa/x'))).toBe('');
    expect(await exchange(port, get('/x'))).toMatch(/^HTTP\/1\.1 200 /);
    expect(await exchange(port, get('/ecp/x'))).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('rules in mode observe', () => {
  it('say what they would have done and do nothing', async () => {
    const { port, logged } = await start({ rules: [{ ...powershell, mode: 'observe' }] });
    expect(await exchange(port, get('/autodiscover?powershell'))).toMatch(/^HTTP\/1\.1 200 /);
    const line = logged.find((one) => one.message.includes('only observes'));
    expect(line?.fields).toMatchObject({
      mitigation: 'CVE-2022-41040',
      outcome: 'abort',
      url: '/autodiscover?powershell',
    });
    expect(await exchange(port, get('/owa/'))).toMatch(/^HTTP\/1\.1 200 /);
    expect(logged.filter((one) => one.message.includes('only observes'))).toHaveLength(1);
  });
});
