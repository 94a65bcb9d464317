import fc from 'fast-check';

const words = ['owa', 'auth', 'powershell', 'autodiscover', 'ecp', 'json', 'admin', 'default', 'face', '1'];
const signs = ['/', '\\.', '=', '&', '@', '~', '\\?', '-', ';', '%', ' ', ':', 'é', '\\$', '"', '#'];
const classes = [
  '[a-c]',
  '[^/]',
  '\\d',
  '\\w',
  '.',
  '[0-9a-f]',
  '\\W',
  '\\D',
  '[^a]',
  '\\S',
  '[=&]',
  '[aé]',
  '[^\\x00-\\x7f]',
];
const repeated = [
  '.*',
  '.+',
  '.*?',
  '[^/]*',
  '\\w+',
  '\\d*',
  '.?',
  'a*',
  '(?:ow)+',
  '.{2}',
  '[a-c]{1,3}',
  '.{2,}',
  '[^&]+',
  '(?:/|=)*',
];

const weighted = (...parts: readonly (readonly [number, fc.Arbitrary<string>])[]) =>
  fc.oneof(...parts.map(([weight, arbitrary]) => ({ weight, arbitrary })));

const literal = weighted([5, fc.constantFrom(...words)], [3, fc.constantFrom(...signs)]);
const piece = weighted([6, literal], [2, fc.constantFrom(...classes)], [3, fc.constantFrom(...repeated)]);
const run = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
const group = fc.tuple(run, run, fc.constantFrom('', '?', '+', '{2}')).map(([a, b, count]) => `(${a}|${b})${count}`);
const look = fc
  .tuple(fc.constantFrom('=', '!'), fc.constantFrom('', '.*', '.*', '[^?]*'), run)
  .map(([kind, gap, text]) => `(?${kind}${gap}${text})`);

/** Patterns as rules have them, and some that nobody would write. */
export const ecmaScriptPattern: fc.Arbitrary<string> = weighted(
  [
    4,
    fc
      .tuple(fc.constantFrom('', '^', '(.*)'), run, fc.constantFrom('', '$', '(.*)', '.+'))
      .map((parts) => parts.join('')),
  ],
  [
    2,
    fc.tuple(fc.constantFrom('', '^', '.*'), run, group, run, fc.constantFrom('', '$')).map((parts) => parts.join('')),
  ],
  [3, fc.tuple(fc.constantFrom('', '^'), look, look, fc.oneof(fc.constant(''), run)).map((parts) => parts.join(''))],
  [1, fc.tuple(run, look).map((parts) => parts.join(''))],
  [1, fc.tuple(fc.constantFrom('\\b', '\\B'), run, fc.constantFrom('\\b', '')).map((parts) => parts.join(''))],
  [1, fc.tuple(run, run).map((parts) => parts.join('|'))],
  [3, fc.constantFrom(...words)],
);
const wildcardPattern = fc
  .array(fc.constantFrom('*', '?', '/', 'owa', 'ecp', '.', 'powershell', '='), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''));
const exactPattern = fc.constantFrom('owa', 'owa/auth', '/owa', 'GET', '/owa/?a=powershell', 'on', 'off', '');

const inputs = [
  '{REQUEST_URI}',
  '{UrlDecode:{REQUEST_URI}}',
  '{UrlDecode:{REQUEST_URI}}',
  '{URL}',
  '{QUERY_STRING}',
  '{UrlDecode:{QUERY_STRING}}',
  '{UNENCODED_URL}',
  '{HTTP_COOKIE}',
  '{UrlDecode:{HTTP_COOKIE}}',
  '{HTTP_HOST}',
  '{REQUEST_METHOD}',
  '{HTTPS}',
  '{HTTP_X_FORWARDED_FOR}',
  '{HTTP_HOST}{REQUEST_URI}',
  '{ToLower:{REQUEST_URI}}',
  '{SERVER_NAME}',
  'x{QUERY_STRING}$',
  '{UrlDecode:{URL}}',
  '{R:1}',
  '{C:1}',
  '{R:1}/{C:2}',
  '{moved:{URL}}',
  '{moved:{REQUEST_URI}}',
  '{exact:/{R:1}}',
  '{odd:{URL}}',
];
const actions = [
  '<action type="AbortRequest"/>',
  '<action type="AbortRequest"/>',
  '<action type="AbortRequest"/>',
  '<action type="CustomResponse" statusCode="403" subStatusCode="7" statusReason="No" statusDescription="costs $5 &quot;here&quot; \\n"/>',
  '<action type="Redirect" url="/gone?x=1" redirectType="Found"/>',
  '<action type="Redirect" url="https://{HTTP_HOST}/a#b" appendQueryString="false"/>',
  '<action type="Redirect" url="{R:1}"/>',
  '<action type="Redirect" url="https://{HTTP_HOST}/{R:0}"/>',
  '<action type="Redirect" url="https://{HTTP_HOST}{REQUEST_URI}" appendQueryString="false"/>',
  '<action type="Redirect" url="/x/{R:0}/{C:1}" appendQueryString="false"/>',
  '<action type="Redirect" url="https://other.example{URL}?a={C:0}"/>',
  '<action type="Redirect" url="{moved:{URL}}#{R:1}" redirectType="SeeOther"/>',
  '<action type="Redirect" url="{C:2}/?{QUERY_STRING}"/>',
  '<action type="CustomResponse" statusCode="410" statusDescription="{R:1} of {URL} [{C:0}] $5"/>',
  '<action type="CustomResponse" statusCode="404"/>',
  '<action type="Rewrite" url="/rewritten"/>',
  '<action type="Rewrite" url="/rewritten/a b$1é?p={R:1}&amp;" appendQueryString="true"/>',
  '<action type="Rewrite" url="/rewritten?{C:1}" appendQueryString="false"/>',
  '<action type="None"/>',
  '',
];
const maps = `<rewriteMaps>
<rewriteMap name="moved"><add key="/owa" value="/gone"/><add key="/owa/auth?a=1" value="https://host.example/"/><add key="/a" value="b?"/></rewriteMap>
<rewriteMap name="odd" defaultValue="$1"><add key="/owa" value="a b"/></rewriteMap>
<rewriteMap name="exact" ignoreCase="false" defaultValue="owa"><add key="/owa" value="ecp"/><add key="/OWA" value=""/></rewriteMap>
</rewriteMaps>`;
const bool = fc.constantFrom('true', 'false');

/** The XML of a `<rewrite>` element with one to three rules. */
export const generatedRewrite: fc.Arbitrary<string> = fc
  .array(ruleText(), { minLength: 1, maxLength: 3 })
  .map(
    (rules) =>
      `<rewrite>${maps}<rules>${rules.map((rule, at) => `<rule name="r${at}" ${rule}`).join('')}</rules></rewrite>`,
  );

function ruleText(): fc.Arbitrary<string> {
  return fc
    .record({
      syntax: fc.constantFrom('ECMAScript', 'ECMAScript', 'ECMAScript', 'ECMAScript', 'Wildcard', 'ExactMatch'),
      stop: bool,
      grouping: fc.constantFrom('MatchAll', 'MatchAll', 'MatchAny'),
      action: fc.constantFrom(...actions),
      plain: fc.integer({ min: 0, max: 2 }),
      patterns: fc.array(
        fc.tuple(ecmaScriptPattern, wildcardPattern, exactPattern, bool, fc.constantFrom('false', 'false', 'true')),
        { minLength: 3, maxLength: 3 },
      ),
      inputs: fc.array(fc.constantFrom(...inputs), { maxLength: 2 }),
    })
    .map(({ syntax, stop, grouping, action, plain, patterns, inputs: chosen }) => {
      const attributes = (at: number) => {
        const [ecma, wildcard, exact, ignoreCase, negate] = patterns[at] ?? ['x', 'x', 'x', 'true', 'false'];
        const pattern = syntax === 'ECMAScript' ? ecma : syntax === 'Wildcard' ? wildcard : exact;
        return { pattern: attribute(pattern), flags: `ignoreCase="${ignoreCase}" negate="${negate}"` };
      };
      const match =
        (plain > 0 && !/\{R:/.test(action + chosen.join(''))) || attributes(2).pattern === ''
          ? `url="${syntax === 'Wildcard' ? '*' : syntax === 'ExactMatch' ? 'owa' : '.*'}"`
          : `url="${attributes(2).pattern}" ${attributes(2).flags}`;
      const conditions = chosen.map(
        (input, at) => `<add input="${input}" pattern="${attributes(at).pattern}" ${attributes(at).flags}/>`,
      );
      return `patternSyntax="${syntax}" stopProcessing="${stop}"><match ${match}/><conditions logicalGrouping="${grouping}">${conditions.join('')}</conditions>${action}</rule>`;
    });
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
