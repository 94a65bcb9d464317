import type { AnswerLine } from '../index.ts';

const tell = (text: string) => `<action type="CustomResponse" statusCode="404" statusDescription="${text}"/>`;
const rule = (match: string, rest: string, attributes = '') =>
  `<rules><rule name="r" ${attributes}><match url="${match}"/>${rest}</rule></rules>`;
const when = (input: string, pattern: string, more = '') =>
  rule('.*', `<conditions><add input="${input}" pattern="${pattern}" ${more}/></conditions>${tell('yes')}`);
const html = { 'Content-Type': 'text/html' };
const outbound = (match: string, value: string, attributes = '') =>
  `<outboundRules><rule name="o" ${attributes}><match ${match}/><action type="Rewrite" value="${value}"/></rule></outboundRules>`;
const csp = `<outboundRules><rule name="EOMT" preCondition="shell" patternSyntax="ECMAScript" stopProcessing="false">
  <match serverVariable="RESPONSE_Content_Security_Policy" pattern="(.*)"/><action type="Rewrite" value="{R:1}; script-src-attr 'none'"/></rule>
  <preConditions><preCondition name="shell" logicalGrouping="MatchAll"><add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html"/>
  <add input="{REQUEST_URI}" pattern="^/owa/?($|\\?|default\\.aspx|projection\\.aspx|readingPane\\.aspx|popout\\.aspx)"/></preCondition></preConditions></outboundRules>`;
const policy = "; script-src-attr 'none'";
const page = { status: 200, headers: html, body: '' };

/** A sentence, a configuration, a request line, and what the answer has to hold. */
export type Case = readonly [
  sentence: string,
  config: string,
  line: Readonly<Record<string, unknown>>,
  answer: Partial<AnswerLine>,
];

/** Sentences of the project's sheet on URL Rewrite (facts/iis-url-rewrite.md) that no other test says, by its section. */
export const sentences: readonly (readonly [section: string, cases: readonly Case[]])[] = [
  [
    '1-3: where rules live, what they see, how a set is run',
    [
      [
        'the rule set runs once: no restart after a rewrite',
        `<rules><rule name="b"><match url="^b$"/>${tell('again')}</rule><rule name="a"><match url="^a$"/><action type="Rewrite" url="b"/></rule></rules>`,
        { url: '/a' },
        { outcome: 'rewrite', url: '/b' },
      ],
      [
        'a global rule sees no leading slash either',
        '<globalRules><rule name="g" patternSyntax="Wildcard"><match url="*"/><action type="Rewrite" url="http://farm/{R:0}"/></rule></globalRules>',
        { url: '/a/b?c' },
        { outcome: 'rewrite', url: 'http://farm/a/b?c' },
      ],
      [
        'distributed rules run on what the global rules made',
        `<globalRules><rule name="g"><match url="^a$"/><action type="Rewrite" url="/b"/></rule></globalRules>${rule('^b$', tell('{URL}'))}`,
        { url: '/a' },
        { body: '/b' },
      ],
      [
        'server variables stay absolute in a level below the root',
        rule('^x$', tell('{URL} {REQUEST_URI}')),
        { url: '/v/x?q', scope: '/v' },
        { body: '/v/x /v/x?q' },
      ],
      [
        'a percent sign of the path is decoded once',
        rule('^a%41$', tell('{URL}')),
        { url: '/a%2541' },
        { body: '/a%41' },
      ],
      [
        'conditions are looked at only where the pattern matches',
        rule('^never$', `<conditions><add input="{URL}" pattern="." negate="true"/></conditions>${tell('x')}`),
        { url: '/a' },
        { outcome: 'pass' },
      ],
      [
        'stopProcessing="false" does not keep a redirect from ending it',
        `<rules><rule name="a" stopProcessing="false"><match url=".*"/><action type="Redirect" url="/x"/></rule><rule name="b"><match url=".*"/><action type="AbortRequest"/></rule></rules>`,
        { url: '/' },
        { outcome: 'redirect' },
      ],
    ],
  ],
  [
    '4: attributes',
    [
      [
        'Redirect is permanent where nothing else is said',
        rule('.*', '<action type="Redirect" url="/x"/>'),
        { url: '/?q=1' },
        { status: 301, location: 'http://h/x?q=1' },
      ],
      [
        '308 is no redirect type',
        rule('.*', '<action type="Redirect" url="/x" redirectType="PermanentRedirect"/>'),
        { url: '/' },
        { outcome: 'invalid-config', line: 1 },
      ],
      [
        'the sub-status goes up to 999',
        rule('.*', '<action type="CustomResponse" statusCode="404" subStatusCode="999"/>'),
        { url: '/' },
        { outcome: 'custom', subStatus: 999 },
      ],
      [
        'an outbound rule numbers captures through by default',
        `<outboundRules><rule name="o"><match serverVariable="RESPONSE_X" pattern="."/><conditions><add input="ab" pattern="(a)(b)"/><add input="c" pattern="(c)"/></conditions><action type="Rewrite" value="{C:1}{C:2}{C:3}"/></rule></outboundRules>`,
        { url: '/', response: { status: 200, headers: { X: '-' }, body: '' } },
        { headers: { X: 'abc' } },
      ],
      [
        'a precondition has a pattern syntax of its own',
        `<outboundRules><rule name="o" preCondition="p"><match serverVariable="RESPONSE_X" pattern="^$"/><action type="Rewrite" value="y"/></rule><preConditions><preCondition name="p" patternSyntax="Wildcard"><add input="{RESPONSE_CONTENT_TYPE}" pattern="text/*"/></preCondition></preConditions></outboundRules>`,
        { url: '/', response: page },
        { headers: { ...html, X: 'y' } },
      ],
    ],
  ],
  [
    '5: patterns',
    [
      [
        '? of a wildcard is one character and captures nothing',
        rule('a?c/*', tell('[{R:1}]'), 'patternSyntax="Wildcard"'),
        { url: '/abc/d/e' },
        { body: '[d/e]' },
      ],
      [
        'letters beyond ASCII do not become s or k by ignoring case',
        when('{UrlDecode:{QUERY_STRING}}', '[sk]'),
        { url: '/?%C5%BF%E2%84%AA' },
        { outcome: 'pass' },
      ],
      [
        'a dot stops at line ends',
        when('{UrlDecode:{QUERY_STRING}}', '^a.b$'),
        { url: '/?a%0Ab' },
        { outcome: 'pass' },
      ],
      [
        '$ does not match before a last line end',
        when('{UrlDecode:{QUERY_STRING}}', 'a$'),
        { url: '/?a%0A' },
        { outcome: 'pass' },
      ],
      [
        'back-references are never expanded in a pattern',
        when('{QUERY_STRING}', '{R:1}'),
        { url: '/' },
        { outcome: 'invalid-config' },
      ],
      ['identity escapes are taken', when('{QUERY_STRING}', '^\\%41\\@$'), { url: '/?%41@' }, { outcome: 'custom' }],
    ],
  ],
  [
    '6-7: conditions and templates',
    [
      [
        'MatchAny stops at the first that holds: its captures stay',
        rule(
          '.*',
          `<conditions logicalGrouping="MatchAny"><add input="ab" pattern="(a)"/><add input="ab" pattern="(b)"/></conditions>${tell('{C:1}')}`,
        ),
        { url: '/' },
        { body: 'a' },
      ],
      [
        '{C:0} is the matched text, not the input',
        rule('.*', `<conditions><add input="aabbbcc" pattern="b+"/></conditions>${tell('{C:0}')}`),
        { url: '/' },
        { body: 'bbb' },
      ],
      ['an unknown variable is empty', rule('.*', tell('[{ORIGINAL_HOST}]')), { url: '/' }, { body: '[]' }],
      [
        'functions and names are known in any letter case',
        rule('.*', tell('{urlDECODE:%41}{Request_Method}')),
        { url: '/' },
        { body: 'AGET' },
      ],
      [
        'UrlEncode writes UTF-8',
        rule('.*', '<action type="Redirect" url="/{UrlEncode:é}" appendQueryString="false"/>'),
        { url: '/' },
        { location: 'http://h/%C3%A9' },
      ],
    ],
  ],
  [
    '9-10: actions and outbound rules',
    [
      [
        'a substitution of {REQUEST_URI} repeats the query',
        rule('.*', '<action type="Redirect" url="https://h{REQUEST_URI}"/>'),
        { url: '/a?b' },
        { location: 'https://h/a?b&b' },
      ],
      [
        'the query of the substitution comes first',
        rule('.*', '<action type="Rewrite" url="b?new=1"/>'),
        { url: '/a?old=2' },
        { url: '/b?new=1&old=2' },
      ],
      [
        'a relative URL is relative to the level',
        rule('^x$', '<action type="Redirect" url="y"/>'),
        { url: '/v/x', scope: '/v' },
        { location: 'http://h/v/y' },
      ],
      [
        'a map key that is missing gives the default, not the key',
        `<rewriteMaps><rewriteMap name="m"/></rewriteMaps>${rule('.*', tell('[{m:x}]'))}`,
        { url: '/' },
        { body: '[]' },
      ],
      [
        'the output of a rule feeds the next at the same place',
        `<outboundRules><rule name="a"><match filterByTags="A" pattern="^/a$"/><action type="Rewrite" value="/b"/></rule><rule name="b"><match filterByTags="A" pattern="^/b$"/><action type="Rewrite" value="/c"/></rule></outboundRules>`,
        { url: '/', response: { ...page, body: '<a href="/a">' } },
        { body: '<a href="/c">' },
      ],
      [
        '.+ creates no header',
        outbound('serverVariable="RESPONSE_X" pattern=".+"', 'y'),
        { url: '/', response: page },
        { outcome: 'pass', headers: html },
      ],
      [
        'a Wildcard rule without tags is refused',
        outbound('pattern="*"', 'y', 'patternSyntax="Wildcard"'),
        { url: '/', response: page },
        { outcome: 'invalid-config' },
      ],
      [
        'a compressed response fails at run time',
        outbound('pattern="a"', 'b'),
        { url: '/', response: { ...page, headers: { ...html, 'Content-Encoding': 'br' } } },
        { outcome: 'invalid-config', phase: 'runtime', status: 500 },
      ],
      [
        'EOMT: a policy is made where there is none',
        csp,
        { url: '/owa', scope: '/owa', response: page },
        { headers: { ...html, 'Content-Security-Policy': policy } },
      ],
      [
        'EOMT: the address is not anchored at its end',
        csp,
        { url: '/owa/default.aspxfoo', scope: '/owa', response: page },
        { headers: { ...html, 'Content-Security-Policy': policy } },
      ],
      [
        'EOMT: no status is asked for',
        csp,
        { url: '/owa/?x', scope: '/owa', response: { ...page, status: 500 } },
        { status: 500, headers: { ...html, 'Content-Security-Policy': policy } },
      ],
      [
        'EOMT: other addresses are left alone',
        csp,
        { url: '/owa/auth.owa', scope: '/owa', response: page },
        { outcome: 'pass', headers: html },
      ],
    ],
  ],
  [
    '11: what matters about {UrlDecode:{REQUEST_URI}}',
    [
      [
        'a path is decoded twice in all',
        when('{UrlDecode:{REQUEST_URI}}', 'powershell'),
        { url: '/%2570owershell' },
        { outcome: 'custom' },
      ],
      [
        'a query is decoded once',
        when('{UrlDecode:{REQUEST_URI}}', 'powershell'),
        { url: '/?%2570owershell' },
        { outcome: 'pass' },
      ],
      [
        'parameters of a path segment are plain text',
        when('{REQUEST_URI}', '^/a;x=y/b$'),
        { url: '/a;x=y/b' },
        { outcome: 'custom' },
      ],
      ['overlong UTF-8 is no letter', when('{UrlDecode:{REQUEST_URI}}', 'p'), { url: '/?%c1%b0' }, { outcome: 'pass' }],
      [
        '%u is not decoded in a query',
        when('{UrlDecode:{QUERY_STRING}}', 'p'),
        { url: '/?%u0070' },
        { outcome: 'pass' },
      ],
      [
        'invalid escapes stay',
        when('{UrlDecode:{QUERY_STRING}}', '^%zz%7$'),
        { url: '/?%zz%7' },
        { outcome: 'custom' },
      ],
    ],
  ],
];
