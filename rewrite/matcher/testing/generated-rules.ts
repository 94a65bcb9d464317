import fc from 'fast-check';
import type { RewriteRequest, RewriteResponse, ScopedRules } from '../../index.ts';
import { parseRewrite } from '../../parse/parse-rewrite.ts';

/** Rules and exchanges over few words, so that rules hit, miss and trigger one another. */
const word = fc.constantFrom('owa', 'Admin', 'shell', 'auto', 'x1', 'deep', 'Powershell');

const attribute = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

const pattern = fc.oneof(
  { weight: 4, arbitrary: word },
  { weight: 2, arbitrary: fc.tuple(word, word).map(([one, other]) => `(?=.*${one})(?=.*${other})`) },
  { weight: 2, arbitrary: fc.tuple(word, word).map(([one, other]) => `(.*)${one}(.+)${other}`) },
  { weight: 2, arbitrary: fc.tuple(word, word).map(([one, other]) => `^(${one}|${other})/?(.*)$`) },
  { weight: 2, arbitrary: fc.constantFrom('.*', '(.*)', '^$', '.+', '[0-9]', '^(?!owa)') },
);

const input = fc.constantFrom(
  '{REQUEST_URI}',
  '{UrlDecode:{REQUEST_URI}}',
  '{URL}',
  '{QUERY_STRING}',
  '{HTTP_COOKIE}',
  '{HTTP_X_WORD}',
  '{R:1}',
  '{C:1}{HTTP_COOKIE}',
  '{words:{QUERY_STRING}}',
  '{ToLower:{UNENCODED_URL}}',
  '{REQUEST_METHOD}',
);

const condition = fc
  .record({
    input,
    pattern,
    kind: fc.constantFrom('Pattern', 'Pattern', 'Pattern', 'Pattern', 'IsFile', 'IsDirectory'),
    negate: fc.constantFrom(false, false, false, true),
    ignoreCase: fc.constantFrom(true, true, false),
  })
  .map(({ input: text, pattern: source, kind, negate, ignoreCase }) => {
    const test = kind === 'Pattern' ? `pattern="${attribute(source)}"` : `matchType="${kind}"`;
    return `<add input="${attribute(text)}" ${test} negate="${negate}" ignoreCase="${ignoreCase}"/>`;
  });

const conditions = fc
  .record({
    list: fc.uniqueArray(condition, { maxLength: 3 }),
    any: fc.boolean(),
    all: fc.boolean(),
  })
  .map(
    ({ list, any, all }) =>
      `<conditions logicalGrouping="${any ? 'MatchAny' : 'MatchAll'}" trackAllCaptures="${all}">${list.join('')}</conditions>`,
  );

const action = fc.oneof(
  { weight: 3, arbitrary: fc.constant('<action type="AbortRequest"/>') },
  { weight: 1, arbitrary: fc.constant('<action type="None"/>') },
  {
    weight: 3,
    arbitrary: fc
      .tuple(word, word)
      .map(([one, other]) => `<action type="Rewrite" url="/${one}/{R:1}?w=${other}{C:1}" appendQueryString="false"/>`),
  },
  { weight: 1, arbitrary: word.map((to) => `<action type="Redirect" url="/${to}/{R:0}" redirectType="Found"/>`) },
  {
    weight: 1,
    arbitrary: word.map((text) => `<action type="CustomResponse" statusCode="403" statusReason="${text} {C:0}"/>`),
  },
);

const variables = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: word.map(
      (value) => `<serverVariables><set name="HTTP_X_WORD" value="${value}{C:0}"/></serverVariables>`,
    ),
  },
);

const inboundRule = fc
  .record({
    url: pattern,
    negate: fc.constantFrom(false, false, false, true),
    stop: fc.boolean(),
    conditions,
    variables,
    action,
  })
  .map(
    (rule) => (name: string) =>
      `<rule name="${name}" stopProcessing="${rule.stop}"><match url="${attribute(rule.url)}" negate="${rule.negate}"/>${rule.conditions}${rule.variables}${rule.action}</rule>`,
  );

const outboundRule = fc
  .record({
    precondition: fc.constantFrom('', 'one', 'two'),
    header: fc.constantFrom('Location', 'X_Word'),
    value: pattern,
    conditions,
    word,
  })
  .map(
    (rule) => (name: string) =>
      `<rule name="${name}" preCondition="${rule.precondition}"><match serverVariable="RESPONSE_${rule.header}" pattern="${attribute(rule.value)}"/>${rule.conditions}<action type="Rewrite" value="${rule.word}{R:0}"/></rule>`,
  );

const preCondition = fc.record({ one: pattern, other: pattern, any: fc.boolean() }).map(
  ({ one, other, any }) =>
    (name: string) =>
      `<preCondition name="${name}" logicalGrouping="${any ? 'MatchAny' : 'MatchAll'}"><add input="{RESPONSE_CONTENT_TYPE}" pattern="${attribute(one)}"/><add input="{REQUEST_URI}" pattern="${attribute(other)}"/></preCondition>`,
);

const numberedList = (list: readonly ((name: string) => string)[], name: string) =>
  list.map((item, at) => item(`${name} ${at}`)).join('');

const scoped: fc.Arbitrary<ScopedRules> = fc
  .record({
    owner: fc.constantFrom('first', 'second', 'third'),
    level: fc.constantFrom('/', '/', '/owa', '/Admin/deep'),
    mode: fc.constantFrom('enforce', 'enforce', 'observe'),
    global: fc.array(inboundRule, { maxLength: 2 }),
    rules: fc.array(inboundRule, { maxLength: 5 }),
    outbound: fc.array(outboundRule, { maxLength: 3 }),
    preConditions: fc.tuple(preCondition, preCondition),
  })
  .map(({ owner, level, mode, global, rules, outbound, preConditions: [one, two] }) => ({
    owner,
    level,
    mode: mode === 'observe' ? 'observe' : 'enforce',
    configuration: parseRewrite(
      `<rewrite><globalRules>${numberedList(global, 'global')}</globalRules><rules>${numberedList(rules, 'rule')}</rules>` +
        `<outboundRules>${numberedList(outbound, 'out')}<preConditions>${one('one')}${two('two')}</preConditions></outboundRules>` +
        `<rewriteMaps><rewriteMap name="words" defaultValue="auto"><add key="w=owa" value="Powershell"/></rewriteMap></rewriteMaps>` +
        '<allowedServerVariables><add name="HTTP_X_WORD"/></allowedServerVariables></rewrite>',
    ),
  }));

export const generatedRules: fc.Arbitrary<readonly ScopedRules[]> = fc.array(scoped, { minLength: 1, maxLength: 4 });

const segments = fc.array(fc.oneof(word, fc.constantFrom('%6fwa', 'SHELL', 'x', '%50owershell', '..')), {
  maxLength: 4,
});

export const generatedRequest: fc.Arbitrary<RewriteRequest> = fc
  .record({
    path: segments,
    query: fc.oneof(
      fc.constant(''),
      word.map((text) => `?w=${text}`),
      segments.map((list) => `?a=${list.join('&')}`),
    ),
    cookie: fc.oneof(
      fc.constant(''),
      segments.map((list) => list.join('; ')),
    ),
    files: fc.boolean(),
  })
  .map(({ path, query, cookie, files }) => ({
    method: 'GET',
    scheme: 'https',
    host: 'h.example',
    url: `/${path.join('/')}${query}`,
    headers: cookie === '' ? {} : { cookie },
    ...(files ? { fileSystem: { isFile: (name: string) => name.includes('x'), isDirectory: () => true } } : {}),
  }));

export const generatedResponse: fc.Arbitrary<RewriteResponse> = fc
  .record({ type: fc.oneof(word, fc.constant('text/html')), location: fc.oneof(fc.constant(undefined), word) })
  .map(({ type, location }) => ({
    status: 200,
    headers: { 'content-type': type, ...(location === undefined ? {} : { location }) },
  }));
