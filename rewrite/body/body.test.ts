import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyRewriter, evaluateOutbound, parseRewrite, prepareRules } from '../index.ts';
import { bodyAfter, prepared, request } from '../testing/evaluate.ts';

const rule = (match: string, value: string, attributes = 'name="r"', more = '') =>
  `<rule ${attributes}><match ${match}/>${more}<action type="Rewrite" value="${value}"/></rule>`;
const one = (match: string, value: string, attributes?: string, more?: string) =>
  `<outboundRules>${rule(match, value, attributes, more)}</outboundRules>`;

describe('an outbound rule over the whole body', () => {
  it.each([
    ['pattern="foo"', 'bar', 'foo FOO fo', 'bar bar fo'],
    ['pattern="foo" ignoreCase="false"', 'bar', 'foo FOO', 'bar FOO'],
    ['pattern="foo" occurrences="2"', 'bar', 'foo foo foo', 'bar bar foo'],
    ['pattern="foo" occurrences="-1"', 'bar', 'foo foo', 'bar bar'],
    ['pattern="(f)(o+)"', '{R:2}{R:1}', 'foo fo', 'oof of'],
    ['pattern="^a"', 'b', 'aa\naa', 'ba\naa'],
    ['pattern="&lt;/head&gt;" occurrences="1"', '&lt;x/&gt;&lt;/head&gt;', '<head></head>', '<head><x/></head>'],
    ['pattern="x*"', '-', 'axb', '-a--b-'],
    ['pattern="nothing"', 'y', 'foo', 'foo'],
    ['pattern="nothing" negate="true"', 'y', 'foo', 'y'],
    ['pattern="foo" negate="true"', 'y', 'foo', 'foo'],
    [
      'pattern="href=&quot;(.*?)&quot;"',
      'href="{R:1}!"'.replaceAll('"', '&quot;'),
      '<a href="1"><a href="2">',
      '<a href="1!"><a href="2!">',
    ],
  ])('%s → %s makes %j into %j', (match, value, body, expected) => {
    expect(bodyAfter(one(match, value), body)).toBe(expected);
  });

  it('looks for an exact text anywhere', () => {
    const attributes = 'name="r" patternSyntax="ExactMatch"';
    expect(bodyAfter(one('pattern="A.b"', '[{R:0}]', attributes), 'xa.By axb')).toBe('x[a.B]y axb');
    expect(bodyAfter(one('pattern="A.b" ignoreCase="false"', 'y', attributes), 'a.b A.b')).toBe('a.b y');
  });

  it('asks its conditions at each match', () => {
    const more = '<conditions><add input="{R:1}" pattern="[13]"/></conditions>';
    expect(bodyAfter(one('pattern="n(\\d)"', '[{C:0}]', 'name="r"', more), 'n1 n2 n3')).toBe('[1] n2 [3]');
  });
});

describe('an outbound rule with tag filters', () => {
  const links = (match = 'filterByTags="A, Img" pattern="^/x/(.*)$"') => one(match, '/y/{R:1}');
  it.each([
    ['<a href="/x/1">', '<a href="/y/1">'],
    ["<A class=c HREF = '/x/1' id=i>", "<A class=c HREF = '/y/1' id=i>"],
    ['<a href=/x/1>', '<a href=/y/1>'],
    ['<a\n\thref="/x/1"/>', '<a\n\thref="/y/1"/>'],
    [
      '<img src="/x/1" longdesc="/x/2" usemap="/x/3" alt="/x/4">',
      '<img src="/y/1" longdesc="/y/2" usemap="/y/3" alt="/x/4">',
    ],
    ['<a href="/x/?a&amp;b">', '<a href="/y/?a&amp;b">'],
    ['<link href="/x/1">', '<link href="/x/1">'],
    ['<abbr href="/x/1">', '<abbr href="/x/1">'],
    ['<a data-href="/x/1">', '<a data-href="/x/1">'],
    ['<a href>', '<a href>'],
    ['</a href="/x/1">', '</a href="/x/1">'],
    ['<!-- <a href="/x/1"> --><a href="/x/2">', '<!-- <a href="/x/1"> --><a href="/y/2">'],
    ['<script>"<a href=\'/x/1\'>"</script><a href="/x/2">', '<script>"<a href=\'/x/1\'>"</script><a href="/y/2">'],
    ['a < b <a href="/x/1"> < <', 'a < b <a href="/y/1"> < <'],
    ['<a title=">" href="/x/1">', '<a title=">" href="/y/1">'],
    ['<a href="/x/1', '<a href="/x/1'],
    ['<a href="/x/1" href="/x/2">', '<a href="/y/1" href="/y/2">'],
    ['<', '<'],
  ])('makes %s into %s', (body, expected) => {
    expect(bodyAfter(links(), body)).toBe(expected);
  });

  it.each([
    ['A', '<a href=v>'],
    ['Area', '<area href=v>'],
    ['Base', '<base href=v>'],
    ['Form', '<form action=v>'],
    ['Frame', '<frame src=v longdesc=v>'],
    ['Head', '<head profile=v>'],
    ['IFrame', '<iframe src=v longdesc=v>'],
    ['Img', '<img src=v longdesc=v usemap=v>'],
    ['Input', '<input src=v usemap=v>'],
    ['Link', '<link href=v>'],
    ['Script', '<script src=v>'],
  ])('%s looks at %s', (tag, body) => {
    expect(bodyAfter(one(`filterByTags="${tag}" pattern="^v$"`, 'w'), body)).toBe(body.replaceAll('=v', '=w'));
  });

  it('takes custom tags', () => {
    const content = `<outboundRules>${rule('filterByTags="A,CustomTags" customTags="mine" pattern="v"', 'w')}
      <customTags><tags name="Mine"><tag name="Video" attribute="Src"/><tag name="x-y" attribute="data-z"/></tags></customTags></outboundRules>`;
    expect(bodyAfter(content, '<video src="v" poster="v"><x-y data-z=v><a href=v>')).toBe(
      '<video src="w" poster="v"><x-y data-z=w><a href=w>',
    );
  });

  it('replaces the whole value, as often as occurrences allow', () => {
    expect(bodyAfter(one('filterByTags="A" pattern="v" occurrences="2"', 'w'), '<a href=xv><a href=v><a href=v>')).toBe(
      '<a href=w><a href=w><a href=v>',
    );
  });

  it('hands a value to the next rule, up to stopProcessing', () => {
    const rules = (stop: boolean) =>
      `<outboundRules>${rule('filterByTags="A" pattern="1"', '2', `name="a" stopProcessing="${stop}"`)}${rule('filterByTags="A,Img" pattern="2"', '3', 'name="b"')}</outboundRules>`;
    const body = '<a href=1><img src=2><a href=2>';
    expect([bodyAfter(rules(false), body), bodyAfter(rules(true), body)]).toEqual([
      '<a href=3><img src=3><a href=3>',
      '<a href=2><img src=3><a href=3>',
    ]);
  });

  it('gives the same however the body is cut', () => {
    const piece = fc.constantFrom(
      '<a href="/x/1">',
      '<!-- ',
      '-->',
      '<script>',
      '</script>',
      '<',
      'a',
      ' ',
      '"',
      "'",
      '>',
      '<img src=/x/2 alt',
    );
    const rules = prepared(links());
    const run = (parts: readonly string[]) => {
      const rewriter = bodyRewriter(rules, { request: request('/'), response: { status: 200, headers: {} } });
      return parts.map((part) => rewriter?.write(part)).join('') + rewriter?.end();
    };
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(200), { maxLength: 6 }), (pieces, cuts) => {
        const body = pieces.join('');
        const places = [0, ...cuts.map((cut) => Math.min(cut, body.length)).sort((a, b) => a - b), body.length];
        const parts = places.slice(1).map((to, index) => body.slice(places[index], to));
        expect(run(parts)).toBe(run([body]));
      }),
      { numRuns: 300 },
    );
  });

  it('sends on what it can while the body arrives', () => {
    const rewriter = bodyRewriter(prepared(links()), { request: request('/'), response: { status: 200, headers: {} } });
    expect(rewriter?.write('<p>text</p><a hr')).toBe('<p>text</p>');
    expect(rewriter?.write('ef="/x/1">more')).toBe('<a href="/y/1">more');
    expect(rewriter?.end()).toBe('');
    expect(rewriter?.by).toEqual([{ owner: 'test', rule: 'r' }]);
  });

  it('takes linear time over hostile markup', () => {
    for (const hostile of ['<a ', '<a href="', '<!--', '<script', '<a b=c ', '<a "\'']) {
      const body = hostile.repeat(100_000);
      expect(bodyAfter(links(), body)).toBe(body);
    }
  });
});

describe('a body that cannot be rewritten', () => {
  const response = (headers: Record<string, string>) => ({ request: request('/'), response: { status: 200, headers } });
  const rules = prepared(one('pattern="a"', 'b'));

  it('is refused when it is encoded', () => {
    const rewriter = bodyRewriter(rules, response({ 'content-encoding': 'gzip' }));
    expect(rewriter?.refusal).toMatchObject({ code: 'encoded', by: { rule: 'r' } });
    expect(rewriter?.write('a')).toBe('');
    expect(bodyRewriter(rules, response({ 'content-encoding': 'identity' }))?.refusal).toBeUndefined();
  });

  it('is refused when it is longer than may be held back', () => {
    const rewriter = bodyRewriter(rules, response({}), { characters: 5 });
    expect([rewriter?.write('aaaaa'), rewriter?.refusal]).toEqual(['', undefined]);
    expect([rewriter?.write('a'), rewriter?.refusal?.code, rewriter?.end()]).toEqual(['', 'too-large', '']);
  });

  it('is not held back where no rule wants it', () => {
    const html = `<outboundRules>${rule('pattern="a"', 'b', 'name="r" preCondition="p"')}<preConditions><preCondition name="p"><add input="{RESPONSE_CONTENT_TYPE}" pattern="html"/></preCondition></preConditions></outboundRules>`;
    expect(bodyRewriter(prepared(html), response({ 'content-type': 'image/png' }))).toBeUndefined();
    expect(evaluateOutbound(prepared(html), response({})).wantsBody).toBe(false);
    expect(evaluateOutbound(prepared(html), response({ 'content-type': 'text/html' })).wantsBody).toBe(true);
    const configuration = parseRewrite(`<rewrite>${one('pattern="a"', 'b')}</rewrite>`);
    const observed = prepareRules([{ owner: 'o', level: '/', mode: 'observe', configuration }]);
    expect(bodyRewriter(observed, response({}))).toBeUndefined();
  });
});
