import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateInbound } from '../evaluate/inbound.ts';
import { lookupsOf, parseTemplate, TemplateProblem, variablesOf } from '../index.ts';
import { filledIn, prepared, request } from '../testing/evaluate.ts';

describe('parseTemplate', () => {
  it('keeps literals, references and calls in order', () => {
    expect(parseTemplate('a}{url}{R:0}{c:9}{ToLower:x{M y:{C:1}}}')).toEqual([
      { kind: 'literal', text: 'a}' },
      { kind: 'variable', name: 'URL' },
      { kind: 'rule-capture', index: 0 },
      { kind: 'condition-capture', index: 9 },
      {
        kind: 'function',
        name: 'ToLower',
        argument: [
          { kind: 'literal', text: 'x' },
          { kind: 'lookup', name: 'M y', argument: [{ kind: 'condition-capture', index: 1 }], offset: 27 },
        ],
      },
    ]);
  });

  it.each([
    ['{', 0],
    ['ab{', 2],
    ['{}', 0],
    ['{ }', 0],
    ['{:x}', 0],
    ['{URL', 0],
    ['x{R:', 1],
    ['{R:1', 0],
    ['{R:}', 0],
    ['{R:10}', 0],
    ['{R:-1}', 0],
    ['{C:A}', 0],
    ['{R:{C:1}}', 0],
    ['{UrlEncode:{R:1}', 0],
    ['{UrlEncode:{R:}}', 11],
    ['{a{b}}', 0],
    [`${'{ToLower:'.repeat(40)}x${'}'.repeat(40)}`, 32 * 9],
  ])('refuses %s', (text, offset) => {
    try {
      parseTemplate(text);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error;
      expect(error.offset).toBe(offset);
    }
  });

  it('finds what a template calls and reads, however deep', () => {
    const template = parseTemplate('{m:{UrlDecode:{n:{QUERY_STRING}}}}{URL}');
    expect(lookupsOf(template).map((one) => one.name)).toEqual(['m', 'n']);
    expect(variablesOf(template)).toEqual(['QUERY_STRING', 'URL']);
  });

  it('either parses a text or says where it is wrong', () => {
    const piece = fc.constantFrom('{', '}', ':', 'R', 'C', '1', 'ToLower', 'URL', ' ', 'x');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        try {
          parseTemplate(text);
        } catch (error) {
          if (!(error instanceof TemplateProblem)) throw error;
          expect(text[error.offset]).toBe('{');
        }
      }),
    );
  });
});

describe('a template filled in', () => {
  it.each([
    ['{ToLower:ÀB{URL}}', '/Xy', 'àb/xy'],
    ['{tolower:HEY}', '/', 'hey'],
    ['{UrlEncode:<hey>}', '/', '%3Chey%3E'],
    ['{UrlEncode:résumé}', '/', 'r%C3%A9sum%C3%A9'],
    ['{UrlEncode:a b/c?d&e=f-._~}', '/', 'a%20b%2Fc%3Fd%26e%3Df-._~'],
    ['{UrlDecode:%41%2b+%c3%a9}', '/', 'A++é'],
    ['{UrlDecode:%zz%4%}', '/', '%zz%4%'],
    ['{UrlDecode:%2541}', '/', '%41'],
    ['{UrlDecode:{UrlDecode:%2541}}', '/', 'A'],
    ['{UrlDecode:%u0041}', '/', '%u0041'],
    ['{UrlDecode:%c1%b0}', '/', '\ufffd\ufffd'],
    ['{UrlDecode:%70%c1%6f}', '/', 'p\ufffdo'],
    ['{HtmlEncode:<a href="x">&\'}', '/', '&lt;a href=&quot;x&quot;&gt;&amp;&#39;'],
    ['{NO_SUCH}-{R:5}-{C:1}', '/', '--'],
    ['a}b', '/', 'a}b'],
  ])('%s for %s is %s', (template, url, text) => {
    expect(filledIn(template, url)).toBe(text);
  });
});

describe('a rewrite map', () => {
  const rules = `
    <rewriteMaps>
      <rewriteMap name="M" defaultValue="none"><add key="/A" value="upper"/><add key="/a" value="lower"/><add key="/b"/></rewriteMap>
      <rewriteMap name="exact" ignoreCase="false"><add key="/A" value="upper"/></rewriteMap>
    </rewriteMaps>
    <rules><rule name="t"><match url=".*"/>
      <action type="CustomResponse" statusCode="404" statusDescription="{m:{URL}} {Exact:{URL}} {M:x{M:{URL}}}"/>
    </rule></rules>`;

  it.each([
    ['/A', 'upper upper none'],
    ['/a', 'lower  none'],
    ['/b', '  none'],
    ['/c', 'none  none'],
  ])('answers for %s', (url, body) => {
    expect(evaluateInbound(prepared(rules), request(url))).toMatchObject({ outcome: 'custom', body });
  });

  it('may be called in the middle of a template (aspnetcore issue 24618)', () => {
    const content = `<rewriteMaps><rewriteMap name="id-map"><add key="7" value="seven"/></rewriteMap></rewriteMaps>
      <rules><rule name="t"><match url=".*"/>
      <conditions><add input="{QUERY_STRING}" pattern="(.*&amp;)?id=(\\d)(.*)"/></conditions>
      <action type="Rewrite" url="{R:0}?{C:1}id={id-map:{C:2}}{C:3}" appendQueryString="false"/></rule></rules>`;
    expect(evaluateInbound(prepared(content), request('/p?a=1&id=7&b=2'))).toMatchObject({
      url: '/p?a=1&id=seven&b=2',
    });
  });
});
