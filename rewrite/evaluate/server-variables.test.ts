import { describe, expect, it } from 'vitest';
import { evaluateInbound } from '../index.ts';
import { filledIn, prepared, request } from '../testing/evaluate.ts';

describe('a server variable', () => {
  const url = '/a%20b/x.aspx?q=%41';
  it.each([
    ['REQUEST_URI', '/a b/x.aspx?q=%41'],
    ['request_uri', '/a b/x.aspx?q=%41'],
    ['URL', '/a b/x.aspx'],
    ['PATH_INFO', '/a b/x.aspx'],
    ['SCRIPT_NAME', '/a b/x.aspx'],
    ['QUERY_STRING', 'q=%41'],
    ['UNENCODED_URL', '/a%20b/x.aspx?q=%41'],
    ['HTTP_URL', '/a%20b/x.aspx?q=%41'],
    ['HTTP_X_ORIGINAL_URL', ''],
    ['CACHE_URL', 'http://www.h:80/a b/x.aspx?q=%41'],
    ['REQUEST_FILENAME', '/a b/x.aspx'],
    ['PATH_TRANSLATED', '/a b/x.aspx'],
    ['DOCUMENT_ROOT', ''],
    ['APPL_PHYSICAL_PATH', '/'],
    ['HTTP_HOST', 'www.h'],
    ['SERVER_NAME', 'www.h'],
    ['SERVER_PORT', '80'],
    ['SERVER_PORT_SECURE', '0'],
    ['HTTPS', 'off'],
    ['REQUEST_METHOD', 'POST'],
    ['HTTP_METHOD', 'POST'],
    ['REMOTE_ADDR', '192.0.2.1'],
    ['REMOTE_HOST', '192.0.2.1'],
    ['SERVER_PROTOCOL', 'HTTP/1.1'],
    ['HTTP_COOKIE', 'a=%41; b'],
    ['HTTP_USER_AGENT', 'x/1'],
    ['HTTP_ACCEPT', 'a, b'],
    ['HTTP_X_MISSING', ''],
    ['HEADER_user-agent', 'x/1'],
    ['UNICODE_URL', '/a b/x.aspx'],
    ['CONTENT_TYPE', 'text/plain'],
    ['CONTENT_LENGTH', '10'],
    ['ALL_HTTP', 'HTTP_HOST:www.h\nHTTP_COOKIE:a=%41; b\n'],
    ['ALL_RAW', 'host: www.h\r\ncookie: a=%41; b\r\n'],
    ['USER_AGENT', ''],
    ['__PROTO__', ''],
    ['HTTP___PROTO__', ''],
  ])('%s is %j', (name, value) => {
    const headers = {
      cookie: 'a=%41; b',
      'user-agent': 'x/1',
      accept: ['a', 'b'],
      'content-type': 'text/plain',
      'content-length': '10',
    };
    const read = filledIn(`{${name}}`, url, { method: 'POST', host: 'www.h', remoteAddr: '192.0.2.1', headers });
    expect(name.startsWith('ALL_') ? read.slice(0, value.length) : read).toBe(value);
  });

  it.each([
    [{ scheme: 'https', host: 'h' } as const, 'on 1 443 h h https://h:443/'],
    [{ host: 'h:8080' }, 'off 0 8080 h h:8080 http://h:8080/'],
    [{ host: 'h:8080', serverPort: 81 }, 'off 0 81 h h:8080 http://h:81/'],
    [{ host: '[::1]' }, 'off 0 80 [::1] [::1] http://[::1]:80/'],
    [{ host: '[::1]:8' }, 'off 0 8 [::1] [::1]:8 http://[::1]:8/'],
  ])('tells scheme and port of %j', (more, text) => {
    expect(
      filledIn('{HTTPS} {SERVER_PORT_SECURE} {SERVER_PORT} {SERVER_NAME} {HTTP_HOST} {CACHE_URL}', '/', more),
    ).toBe(text);
  });

  it('takes the host of an absolute-form target', () => {
    expect(filledIn('{HTTP_HOST} {REQUEST_URI} {UNENCODED_URL}', 'http://other:81/x?y')).toBe(
      'other:81 /x?y http://other:81/x?y',
    );
  });

  it('follows a rewrite, but for those that tell the original', () => {
    const content = `<rules>
      <rule name="1"><match url="^old$"/><action type="Rewrite" url="/new?n=1"/></rule>
      <rule name="2"><match url="^new$"/><action type="CustomResponse" statusCode="404"
        statusDescription="{URL} {QUERY_STRING} {REQUEST_FILENAME} {REQUEST_URI} {UNENCODED_URL} {HTTP_X_ORIGINAL_URL} {HTTP_URL}"/></rule>
    </rules>`;
    expect(evaluateInbound(prepared(content), request('/old?o=2'))).toMatchObject({
      body: '/new n=1&o=2 /new /old?o=2 /old?o=2 /old?o=2 /new?n=1&o=2',
    });
  });
});
