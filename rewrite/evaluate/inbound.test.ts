import { describe, expect, it } from 'vitest';
import { evaluateInbound, listedFiles, parseRewrite, prepareRules, type RewriteRequest } from '../index.ts';
import { prepared, request, verdictOf } from '../testing/evaluate.ts';

const blocked = '<action type="CustomResponse" statusCode="410"/>';

/** Whether a rule with this match or these conditions fires. */
function fires(rule: string, url: string, more: Partial<RewriteRequest> = {}): boolean {
  return verdictOf(rule.startsWith('<rule') ? rule : `${rule}${blocked}`, url, more).outcome === 'custom';
}

describe('match', () => {
  it.each([
    [
      'sees no leading slash and no query',
      '<match url="^content/default\\.aspx$"/>',
      '/content/default.aspx?tabid=2',
      true,
    ],
    ['never sees a leading slash', '<match url="^/"/>', '/x', false],
    ['sees the root as empty', '<match url="^$"/>', '/', true],
    ['needs a character for .+', '<match url=".+"/>', '/', false],
    ['searches, it is not anchored', '<match url="blog"/>', '/demo/blogger', true],
    ['ignores case', '<match url="^ABC$"/>', '/abc', true],
    ['minds case if told to', '<match url="^ABC$" ignoreCase="false"/>', '/abc', false],
    ['may be negated', '<match url="^abc" negate="true"/>', '/x', true],
    ['may be negated, and match', '<match url="^abc" negate="true"/>', '/abc', false],
    ['sees the decoded path', '<match url="^a b$"/>', '/a%20b', true],
    ['does not see escapes', '<match url="%"/>', '/a%20b', false],
    ['takes an escaped slash for a slash', '<match url="^a/b$"/>', '/a%2Fb', true],
    ['looks ahead', '<match url="^(?!theword).*$"/>', '/theword', false],
  ])('%s', (_, match, url, expected) => {
    expect(fires(match, url)).toBe(expected);
  });

  it.each([
    ['*', '', true],
    ['*.aspx', 'a/b.aspx', true],
    ['*.aspx', 'a/b.aspx2', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a.c', 'abc', false],
    ['A*', 'abc', true],
    ['(a)', '(a)', true],
  ])('as a wildcard %s takes all of %s: %s', (pattern, path, expected) => {
    const rule = `<rule name="t" patternSyntax="Wildcard"><match url="${pattern}"/>${blocked}</rule>`;
    expect(fires(rule, `/${path}`)).toBe(expected);
  });

  it.each([
    ['a.b', 'a.b', true],
    ['a.b', 'A.B', true],
    ['a.b', 'axb', false],
    ['a.b', 'a.bc', false],
  ])('as an exact text %s takes all of %s: %s', (pattern, path, expected) => {
    const rule = `<rule name="t" patternSyntax="ExactMatch"><match url="${pattern}"/>${blocked}</rule>`;
    expect(fires(rule, `/${path}`)).toBe(expected);
  });
});

describe('conditions', () => {
  const add = (attributes: string) => `<add ${attributes}/>`;
  const yes = add('input="x" pattern="x"');
  const no = add('input="x" pattern="y"');
  it.each([
    ['MatchAll', '', true],
    ['MatchAny', '', true],
    ['MatchAll', yes + yes, true],
    ['MatchAll', yes + no, false],
    ['MatchAny', no + yes, true],
    ['MatchAny', no + no, false],
    ['MatchAll', add('input="x" pattern="y" negate="true"'), true],
    ['MatchAny', no + add('input="x" pattern="x" negate="true"'), false],
    ['MatchAll', add('input="X" pattern="x"'), true],
    ['MatchAll', add('input="X" pattern="x" ignoreCase="false"'), false],
  ])('%s of %s: %s', (grouping, list, expected) => {
    const rule = `<match url=".*"/><conditions logicalGrouping="${grouping}">${list}</conditions>`;
    expect(fires(rule, '/x')).toBe(expected);
  });

  it('take the pattern syntax of their rule', () => {
    const rule = (pattern: string) =>
      `<rule name="t" patternSyntax="Wildcard"><match url="*"/><conditions><add input="{URL}" pattern="${pattern}"/></conditions>${blocked}</rule>`;
    expect(fires(rule('/*.b'), '/a.b')).toBe(true);
    expect(fires(rule('a.b'), '/a.b')).toBe(false);
  });

  it.each([
    ['IsFile', '{REQUEST_FILENAME}', '/a/b.txt', true],
    ['IsFile', '{REQUEST_FILENAME}', '/A/B.TXT', true],
    ['IsFile', '{REQUEST_FILENAME}', '/a', false],
    ['IsFile', '{REQUEST_FILENAME}', '/a/b.txt/', false],
    ['IsFile', '{DOCUMENT_ROOT}/a/b.txt', '/', true],
    ['IsFile', '{APPL_PHYSICAL_PATH}\\a\\b.txt', '/', true],
    ['IsFile', 'a/b.txt', '/', false],
    ['IsDirectory', '{REQUEST_FILENAME}', '/a', true],
    ['IsDirectory', '{REQUEST_FILENAME}', '/a/', true],
    ['IsDirectory', '{REQUEST_FILENAME}', '/', true],
    ['IsDirectory', '{REQUEST_FILENAME}', '/a/b.txt', false],
    ['IsDirectory', '{REQUEST_FILENAME}', '/empty', true],
  ])('%s of %s for %s: %s', (matchType, input, url, expected) => {
    const rule = `<match url=".*"/><conditions><add input="${input}" matchType="${matchType}"/></conditions>`;
    const fileSystem = listedFiles(['/a/b.txt'], ['/empty/']);
    expect(fires(rule, url, { fileSystem })).toBe(expected);
    const negated = rule.replace(' matchType', ' negate="true" matchType');
    expect(fires(negated, url, { fileSystem })).toBe(!expected);
  });

  it('find nothing on disk but the root where there is no file system', () => {
    const rule = (matchType: string) => `<match url=".*"/><conditions><add matchType="${matchType}"/></conditions>`;
    expect([fires(rule('IsDirectory'), '/'), fires(rule('IsDirectory'), '/a'), fires(rule('IsFile'), '/a')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('back-references', () => {
  /** `{C:0}`… `{C:3}` and `{R:0}`, `{R:1}` after these conditions held for `/aabbbcc?p1=1&p2=xy`. */
  function references(list: string, attributes = '', syntax = 'ECMAScript', url = 'b+(c)'): string {
    const texts = '{R:0}|{R:1}|{C:0}|{C:1}|{C:2}|{C:3}';
    const rule = `<rule name="t" patternSyntax="${syntax}"><match url="${url}"/><conditions ${attributes}>${list}</conditions>
      <action type="CustomResponse" statusCode="410" statusDescription="${texts}"/></rule>`;
    const verdict = verdictOf(rule, '/aabbbcc?p1=1&p2=xy');
    return verdict.outcome === 'custom' ? verdict.body : verdict.outcome;
  }
  const p1 = '<add input="{QUERY_STRING}" pattern="(p)1=(\\d)"/>';
  const p2 = '<add input="{QUERY_STRING}" pattern="p2=(\\w)"/>';
  const not = '<add input="{QUERY_STRING}" pattern="(p3)" negate="true"/>';

  it.each([
    ['of the last condition that matched', p1 + p2, '', 'bbbc|c|p2=x|x||'],
    ['numbered through with trackAllCaptures', p1 + p2, 'trackAllCaptures="true"', 'bbbc|c|p1=1|p|1|x'],
    ['kept past a negated condition', p1 + not, '', 'bbbc|c|p1=1|p|1|'],
    ['kept past a negated condition, tracking all', p1 + not + p2, 'trackAllCaptures="true"', 'bbbc|c|p1=1|p|1|x'],
    ['kept past a look at the disk', `${p1}<add input="/" matchType="IsDirectory"/>`, '', 'bbbc|c|p1=1|p|1|'],
    ['of the one that matched of any', p1 + p2, 'logicalGrouping="MatchAny"', 'bbbc|c|p1=1|p|1|'],
    ['empty without conditions', '', '', 'bbbc|c||||'],
    ['empty for groups that took no part', '<add input="b" pattern="(a)?b(c)?"/>', '', 'bbbc|c|b|||'],
    ['of the rule, in a condition', '<add input="[{R:1}]" pattern="\\[(.)\\]"/>', '', 'bbbc|c|[c]|c||'],
    [
      'of an earlier condition, in a later one',
      `${p1}<add input="{C:2}{C:1}" pattern="(.)(.)"/>`,
      '',
      'bbbc|c|1p|1|p|',
    ],
  ])('are %s', (_, list, attributes, expected) => {
    expect(references(list, attributes)).toBe(expected);
  });

  it('hold what each star of a wildcard took', () => {
    expect(references('<add input="{QUERY_STRING}" pattern="p1=*p2=?*"/>', '', 'Wildcard', '*bbb*')).toBe(
      'aabbbcc|aa|p1=1&p2=xy|1&|y|',
    );
  });

  it('of an exact match are the text alone', () => {
    expect(references('<add input="x" pattern="X"/>', '', 'ExactMatch', 'AABBBCC')).toBe('aabbbcc||x|||');
  });

  it('of a negated match are empty', () => {
    const rule =
      '<match url="(x)" negate="true"/><action type="CustomResponse" statusCode="410" statusReason="[{R:0}{R:1}]"/>';
    expect(verdictOf(rule, '/a')).toMatchObject({ reason: '[]' });
  });
});

describe('order', () => {
  const rule = (name: string, match: string, action: string, attributes = '') =>
    `<rule name="${name}" ${attributes}><match url="${match}"/>${action}</rule>`;
  const to = (url: string) => `<action type="Rewrite" url="${url}"/>`;
  const verdict = (rules: string, url: string) => evaluateInbound(prepared(rules), request(url));

  it('hands a rewritten path to the next rule', () => {
    const rules = `<rules>${rule('1', '^a$', to('b'))}${rule('2', '^b$', to('c'))}${rule('3', '^a$', blocked)}</rules>`;
    expect(verdict(rules, '/a')).toEqual({ outcome: 'rewrite', url: '/c', by: { owner: 'test', rule: '2' } });
  });

  it('stops at stopProcessing of a rule that fired, not of one that did not', () => {
    const rules = (url: string) =>
      `<rules>${rule('1', url, to('b'), 'stopProcessing="true"')}${rule('2', '.*', blocked)}</rules>`;
    expect(verdict(rules('^a$'), '/a').outcome).toBe('rewrite');
    expect(verdict(rules('^x$'), '/a').outcome).toBe('custom');
  });

  it.each([
    ['<action type="Redirect" url="/x"/>', 'redirect'],
    ['<action type="CustomResponse" statusCode="404"/>', 'custom'],
    ['<action type="AbortRequest"/>', 'abort'],
  ])('ends with %s even without stopProcessing', (action, outcome) => {
    const rules = `<rules>${rule('1', '.*', action)}${rule('2', '.*', to('/y'))}</rules>`;
    expect(verdict(rules, '/a').outcome).toBe(outcome);
  });

  it('goes on after None, and passes over disabled rules', () => {
    const rules = `<rules>${rule('1', '.*', '<action type="None"/>')}${rule('2', '.*', blocked, 'enabled="false"')}${rule('3', '.*', '')}</rules>`;
    expect(verdict(rules, '/a')).toEqual({ outcome: 'pass' });
  });

  it('runs global rules first, and distributed ones even where a global rule stopped', () => {
    const rules = `<rules>${rule('d', '^b$', blocked)}</rules>
      <globalRules>${rule('g', '^a$', to('b'), 'stopProcessing="true"')}${rule('h', '.*', '<action type="AbortRequest"/>')}</globalRules>`;
    expect(verdict(rules, '/a')).toMatchObject({ outcome: 'custom', by: { rule: 'd' } });
  });
});

describe('levels', () => {
  const at = (level: string, url: string, path: string, action = blocked) => ({
    owner: level,
    level,
    mode: 'enforce' as const,
    configuration: parseRewrite(
      `<rewrite><rules><rule name="${path}"><match url="${url}"/>${action}</rule></rules></rewrite>`,
    ),
  });

  it.each([
    ['/content/default.aspx', 'custom'],
    ['/CONTENT/default.aspx', 'custom'],
    ['/default.aspx', 'pass'],
    ['/contents/default.aspx', 'pass'],
    ['/content/x/default.aspx', 'pass'],
  ])('see the path behind them: %s', (url, outcome) => {
    const rules = prepareRules([at('/content', '^default\\.aspx$', 'r')]);
    expect(evaluateInbound(rules, request(url)).outcome).toBe(outcome);
  });

  it('run parents before children, whatever the order they are given in', () => {
    const rules = prepareRules([at('/a/b', '.*', 'child'), at('/', '.*', 'parent'), at('/a', '.*', 'middle')]);
    expect(evaluateInbound(rules, request('/a/b/c'))).toMatchObject({ by: { owner: '/' } });
  });

  it('resolve relative substitutions', () => {
    const rules = (url: string, type = 'Rewrite') =>
      prepareRules([at('/a', '(.*)', 'r', `<action type="${type}" url="${url}"/>`)]);
    const url = (to: string) => evaluateInbound(rules(to), request('/a/b?q'));
    expect([url('x/{R:1}'), url('/x/{R:1}')]).toMatchObject([{ url: '/a/x/b?q' }, { url: '/x/b?q' }]);
    expect(evaluateInbound(rules('x', 'Redirect'), request('/a/b'))).toMatchObject({
      location: 'http://www.example.com/a/x',
    });
  });
});

describe('rules that are only observed', () => {
  it('change nothing and are told of', () => {
    const configuration = (action: string) =>
      parseRewrite(`<rewrite><allowedServerVariables><add name="V"/></allowedServerVariables><rules><rule name="r"><match url=".*"/>
        <serverVariables><set name="V" value="x"/></serverVariables>${action}</rule></rules></rewrite>`);
    const set = (owner: string, action: string, mode: 'enforce' | 'observe') => ({
      owner,
      level: '/',
      mode,
      configuration: configuration(action),
    });
    const rules = prepareRules([
      set('a', '<action type="AbortRequest"/>', 'observe'),
      set('b', '<action type="Rewrite" url="/x"/>', 'observe'),
      set('c', '', 'observe'),
    ]);
    expect(evaluateInbound(rules, request('/'))).toEqual({
      outcome: 'pass',
      observed: [
        { by: { owner: 'a', rule: 'r' }, outcome: 'abort' },
        { by: { owner: 'b', rule: 'r' }, outcome: 'rewrite' },
        { by: { owner: 'c', rule: 'r' }, outcome: 'set-variables' },
      ],
    });
    const enforced = prepareRules([
      set('a', '<action type="AbortRequest"/>', 'observe'),
      set('b', '<action type="CustomResponse" statusCode="404"/>', 'enforce'),
    ]);
    expect(evaluateInbound(enforced, request('/'))).toMatchObject({
      outcome: 'custom',
      by: { owner: 'b' },
      observed: [{ by: { owner: 'a' }, outcome: 'abort' }],
    });
  });
});
