import { describe, expect, it } from 'vitest';
import { RewriteError } from '../errors.ts';
import { catalogRules, rulesFrom } from '../translate/testing/catalog-rules.ts';
import { checkNginx, compileNginx } from './index.ts';

const rule = (inside: string, attributes = '') =>
  `<rewrite><rules><rule name="r" ${attributes}>${inside}</rule></rules></rewrite>`;
const abort = '<action type="AbortRequest"/>';
const condition = (input: string, pattern: string, more = '') =>
  `<match url=".*"/><conditions><add input="${input}" pattern="${pattern}" ${more}/></conditions>${abort}`;

describe('compileNginx', () => {
  it('writes the cookie rules of CVE-2021-26855 as one scan and two linear expressions', () => {
    const { http, server, block } = compileNginx(catalogRules('CVE-2021-26855'));
    expect(http).toBe(
      [
        '# Made by Stopgap from IIS URL Rewrite rules. Changes here are lost.',
        '# Rules of CVE-2021-26855',
        'map $http_cookie $stopgap_rules {',
        '    # CVE-2021-26855: X-AnonResource-Backend Abort - inbound',
        '    "~*(?s)x-anonresource-backend" 444;',
        '    # CVE-2021-26855: X-BEResource Abort - inbound',
        '    "~*(?s)^(?>.*?x-beresource=.)(?>.*?/.)(?>.*?~.)" 444;',
        '    default "";',
        '}',
        'map $http_cookie $stopgap_scan {',
        '    "~*x-anonresource-backend" $stopgap_rules;',
        '    "~*x-beresource\\x3d" $stopgap_rules;',
        '    default "";',
        '}',
        '',
      ].join('\n'),
    );
    expect(server.split('\n').slice(2)).toEqual([
      'set $stopgap_answer "";',
      'if ($http_cookie ~* "x\\x2d[ab][en][or][en][rs]") {',
      '    set $stopgap_answer $stopgap_scan;',
      '}',
      'if ($stopgap_answer = 444) {',
      '    return 444;',
      '}',
      '',
    ]);
    expect(block).toBe('');
  });

  it('takes the host of HTTP/3, which makes no Host field, from where nginx has it', () => {
    const rules = rulesFrom('hosts', rule(condition('{HTTP_HOST}', '^private[.]')));
    const { http } = compileNginx([rules]);
    expect(http).toContain('"$server_protocol $http_host" $stopgap_host_field {\n    "HTTP/3.0 " $host;\n');
  });

  it('gives the same bytes for the same rules, and no two variables of one name', () => {
    const rules = ['CVE-2022-41040', 'CVE-2021-26855', 'CVE-2026-42897'].flatMap((id) => catalogRules(id));
    const { http } = compileNginx(rules);
    expect(compileNginx(rules).http).toBe(http);
    const names = [...http.matchAll(/^map .* (\$\w+) \{$/gm)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('writes nothing for rules that change nothing', () => {
    const { http, server, block } = compileNginx([rulesFrom('a', rule('<match url=".*"/><action type="None"/>'))]);
    expect([http, server, block]).toEqual(['', '', '']);
  });

  it('tells the owner of each rule what is broader than on IIS', () => {
    const { notes } = compileNginx([...catalogRules('CVE-2022-41040'), ...catalogRules('CVE-2026-42897', '/owa')]);
    const of = (owner: string) =>
      notes
        .filter((note) => note.owner === owner)
        .map((note) => note.text)
        .join(' ');
    expect(of('CVE-2022-41040')).toContain('escaped more than once');
    expect(of('CVE-2026-42897')).toContain('line of its own');
  });

  it('refuses a prefix that is no name', () => {
    expect(() => compileNginx([], { variablePrefix: 'a b' })).toThrow(TypeError);
  });
});

describe('text of a rule', () => {
  const hostile = [
    'a"; } evil {',
    "a'; #",
    'a\nevil on;',
    '$\u007bevil}',
    '\\',
    '\\"; evil;',
    'a\tb',
    '\u2028x',
    'é\u202e',
    '# {',
    '%{x}$1',
    'x'.repeat(300),
  ];
  const escaped = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('\n', '&#10;');

  it.each(hostile)('stays inside its quotes and comments: %j', (text) => {
    const literal = escaped(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    const custom = `<action type="CustomResponse" statusCode="403" statusDescription="${escaped(text.replace(/[{}]/g, ''))}"/>`;
    const sets = [
      rulesFrom(
        text,
        rule(condition('{HTTP_COOKIE}', literal, 'ignoreCase="false"')).replace('name="r"', `name="${escaped(text)}"`),
      ),
      rulesFrom(text, rule(condition('{HTTP_COOKIE}', literal).replace(abort, custom))),
    ];
    const { http, server } = compileNginx(sets);
    expect(wordsOutsideQuotes(http + server)).toEqual([]);
  });
});

/** What nginx would read as directives, other than ours. */
function wordsOutsideQuotes(text: string): readonly string[] {
  expect(text).toMatch(/^[\n -~\x80-\uffff]*$/);
  const bare = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replace(/"(?:[^"\\]|\\[\s\S])*"/g, '""');
  const words = bare
    .split(/[\s;{}]+/)
    .filter(
      (word) =>
        word !== '' &&
        !/^(?:""|map|geo|if|set|~\*|default|return|\(?\$?stopgap_\w+|=|~|444\)?|403(?:\.\d+)?|""\)|\(?\$http_cookie)$/.test(
          word,
        ),
    );
  return words;
}

/** A rule that puts what a condition captured into a Location. */
const captured = (input: string, pattern: string): string =>
  `<match url=".*"/><conditions><add input="${input}" pattern="${pattern}"/></conditions><action type="Redirect" url="/{C:1}"/>`;

describe('a rule that can never fire', () => {
  const never = '<match url=".*"/><conditions><add input="a" pattern="b"/></conditions><action type="AbortRequest"/>';
  const rules = (...list: readonly string[]) =>
    rulesFrom(
      'o',
      `<rewrite><rules>${list.map((one, at) => `<rule name="${at}" ${one}</rule>`).join('')}</rules></rewrite>`,
    );
  const stop = 'stopProcessing="true"><match url=".*"/>';

  it('comes to nothing, behind a rule that stops, too', () => {
    expect(compileNginx([rules(stop, `>${never}`)])).toMatchObject({ http: '', server: '' });
  });

  it('does not open the way past a rule that stops', () => {
    const refusing = '><match url="^a"/><action type="CustomResponse" statusCode="403"/>';
    const { http } = compileNginx([rules(stop, `>${never}`, refusing)]);
    expect(http).toMatch(/default on;|"on /);
  });
});

describe('checkNginx', () => {
  const reasons = (inside: string, attributes = '', more = '') =>
    checkNginx([rulesFrom('owner', rule(inside, attributes).replace('</rewrite>', `${more}</rewrite>`))]).map(
      ({ owner, rule: name, feature }) => [owner, name, feature],
    );

  it.each([
    ['a back-reference in a pattern', condition('{HTTP_COOKIE}', '(a)\\1'), 'back-reference'],
    ['what is captured from decoded text', captured('{UrlDecode:{URL}}', '(a)'), 'back-reference'],
    ['what takes too long to capture', captured('{HTTP_COOKIE}', '(.*)a(.*)b(.*)c'), 'back-reference'],
    ['what PCRE captures in another way', captured('{HTTP_COOKIE}', '(?:(a)|b)+'), 'back-reference'],
    [
      'a file test',
      '<match url=".*"/><conditions><add input="{REQUEST_FILENAME}" matchType="IsFile"/></conditions><action type="AbortRequest"/>',
      'IsFile',
    ],
    ['a physical path', condition('{REQUEST_FILENAME}', 'a'), '{REQUEST_FILENAME}'],
    ['encoding', condition('{UrlEncode:{URL}}', 'a'), '{UrlEncode:…}'],
    ['decoding twice', condition('{UrlDecode:{UrlDecode:{URL}}}', 'a'), '{UrlDecode:…}'],
    ['a header of which nginx shows one line only', condition('{HTTP_X_FOO}', 'a'), '{HTTP_X_FOO}'],
    [
      'a rewrite that later rules follow',
      '<match url="a"/><action type="Rewrite" url="b"/>',
      'Rewrite without stopProcessing',
    ],
    ['a redirect in lower case', '<match url="(.*)"/><action type="Redirect" url="/{ToLower:{R:1}}"/>', '{ToLower:…}'],
    [
      'a status that nginx does not return so',
      '<match url="a"/><action type="CustomResponse" statusCode="308"/>',
      'status code',
    ],
    ['a pattern that becomes too long', condition('{UrlDecode:{URL}}', 'ab'.repeat(200)), 'length'],
  ])('names %s', (_what, inside, feature) => {
    expect(reasons(inside)).toEqual([['owner', 'r', feature]]);
  });

  it.each([
    ['{R:0}', 'Rewrite to a path of the request'],
    ['/a/{HTTP_HOST}?x', 'Rewrite to a path of the request'],
    ['http://other.example/', 'Rewrite to another server'],
    ['/a/../b', 'Rewrite'],
    ['/a#b', 'Rewrite'],
    ['/b?{ToLower:{R:0}}', '{ToLower:…}'],
  ])('names a rewrite to %s', (url, feature) => {
    const inside = `<match url="a"/><action type="Rewrite" url="${url}"/>`;
    expect(reasons(inside, ' stopProcessing="true"')).toEqual([['owner', 'r', feature]]);
  });

  it('names rewrites where other rules would have to look at the new URL', () => {
    const inside = '<match url="a"/><action type="Rewrite" url="/b"/>';
    const text = rule(inside, ' stopProcessing="true"');
    const header =
      '<rewrite><outboundRules><rule name="o"><match serverVariable="RESPONSE_X_Y" pattern="^$"/><action type="Rewrite" value="x"/></rule></outboundRules></rewrite>';
    const names = (...texts: readonly string[]) =>
      checkNginx(texts.map((one, at) => rulesFrom(`o${at}`, one))).map(({ owner, feature }) => `${owner}: ${feature}`);
    expect(names(text.replaceAll('rules>', 'globalRules>'))).toEqual(['o0: Rewrite in globalRules']);
    expect(names(header, text)).toEqual(['o1: Rewrite beside outbound rules']);
    expect(names(text)).toEqual([]);
  });

  it('names what only IIS can run', () => {
    const providers = '<providers><provider name="DB" type="T"/></providers>';
    expect(reasons(condition('{DB:{URL}}', 'a'), '', providers)).toEqual([['owner', 'r', 'provider']]);
  });

  it('names response headers that nginx cannot change, and bodies', () => {
    const outbound = (match: string) =>
      `<rewrite><outboundRules><rule name="o"><match ${match}/><action type="Rewrite" value="x"/></rule></outboundRules></rewrite>`;
    const feature = (match: string) => checkNginx([rulesFrom('a', outbound(match))]).map((one) => one.feature);
    expect(feature('serverVariable="RESPONSE_X_Frame_Options" pattern=".*"')).toEqual(['header change']);
    expect(feature('serverVariable="RESPONSE_Content_Type" pattern="^$"')).toEqual(['RESPONSE_Content_Type']);
    expect(feature('pattern="a"')).toEqual(['response body']);
    expect(feature('serverVariable="HTTP_X" pattern="a"')).toEqual(['HTTP_X']);
    expect(feature('serverVariable="RESPONSE_X_Frame_Options" pattern="^$"')).toEqual([]);
  });

  it('takes header fields from nginx 1.23 on, which joins their lines', () => {
    const rules = [rulesFrom('a', rule(condition('{HTTP_X_FOO}', 'a')))];
    expect(checkNginx(rules, { nginxVersion: '1.23.0' })).toEqual([]);
    expect(checkNginx(rules, { nginxVersion: '1.22.99' })).toHaveLength(1);
  });

  it('lets nothing be compiled that it names', () => {
    const rules = [rulesFrom('owner', rule(condition('{UrlEncode:{URL}}', 'a')))];
    const refusal = () => compileNginx(rules);
    expect(refusal).toThrow(RewriteError);
    expect(refusal).toThrow(/owner, rule "r": nginx cannot express \{UrlEncode:…\}/);
  });

  it('asks nothing of rules that are switched off', () => {
    expect(reasons(condition('{UrlEncode:{URL}}', 'a'), 'enabled="false"')).toEqual([]);
  });
});
