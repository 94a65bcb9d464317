/** A feature of URL Rewrite, as the smallest rules that have it. */
export interface FeatureSample {
  readonly feature: string;
  /** What stands inside `<rewrite>`. */
  readonly xml: string;
  readonly mode?: 'observe';
  readonly level?: string;
}

const rule = (inside: string, attributes = ''): string => `<rules><rule name="r"${attributes}>${inside}</rule></rules>`;
const abort = '<action type="AbortRequest"/>';
const condition = (attributes: string, more = ''): string =>
  rule(`<match url=".*"/><conditions${more}><add ${attributes}/></conditions>${abort}`);
const outbound = (match: string, value: string, attributes = '', more = ''): string =>
  `<outboundRules><rule name="r"${attributes}><match ${match}/><action type="Rewrite" value="${value}"/></rule>${more}</outboundRules>`;

const inbound: readonly FeatureSample[] = [
  { feature: 'ECMAScript pattern on the path', xml: rule(`<match url="^owa/"/>${abort}`) },
  { feature: 'Wildcard pattern', xml: rule(`<match url="owa/*"/>${abort}`, ' patternSyntax="Wildcard"') },
  { feature: 'ExactMatch pattern', xml: rule(`<match url="owa"/>${abort}`, ' patternSyntax="ExactMatch"') },
  {
    feature: '`negate`, `ignoreCase="false"`',
    xml: rule(`<match url="^Owa" negate="true" ignoreCase="false"/>${abort}`),
  },
  { feature: 'a back-reference inside of a pattern', xml: rule(`<match url="(a)\\1"/>${abort}`) },
  { feature: 'rules of a level below the root', xml: rule(`<match url="^auth"/>${abort}`), level: '/owa' },
  { feature: '`<globalRules>`', xml: `<globalRules><rule name="r"><match url="^owa"/>${abort}</rule></globalRules>` },
  {
    feature: 'None with `stopProcessing` before a rule that refuses',
    xml: `<rules><rule name="n" stopProcessing="true"><match url="^owa"/></rule><rule name="r"><match url=".*"/>${abort}</rule></rules>`,
  },
  {
    feature: 'MatchAny',
    xml: rule(
      `<match url=".*"/><conditions logicalGrouping="MatchAny"><add input="{QUERY_STRING}" pattern="a"/><add input="{HTTP_COOKIE}" pattern="b"/></conditions>${abort}`,
    ),
  },
  ...[
    'REQUEST_URI',
    'URL',
    'QUERY_STRING',
    'UNENCODED_URL',
    'HTTP_HOST',
    'HTTP_COOKIE',
    'HTTP_USER_AGENT',
    'CONTENT_TYPE',
    'REQUEST_METHOD',
    'REMOTE_ADDR',
    'HTTPS',
    'SERVER_NAME',
    'SERVER_PORT',
    'REQUEST_FILENAME',
    'REMOTE_USER',
    'CACHE_URL',
  ].map((name): FeatureSample => ({ feature: `\`{${name}}\``, xml: condition(`input="{${name}}" pattern="abc"`) })),
  {
    feature: '`{UrlDecode:{REQUEST_URI}}`',
    xml: condition('input="{UrlDecode:{REQUEST_URI}}" pattern="(?=.*a)(?=.*b)"'),
  },
  { feature: '`{UrlDecode:…}` twice', xml: condition('input="{UrlDecode:{UrlDecode:{REQUEST_URI}}}" pattern="abc"') },
  { feature: '`{UrlEncode:…}`', xml: condition('input="{UrlEncode:{URL}}" pattern="abc"') },
  { feature: '`{ToLower:…}`, case ignored', xml: condition('input="{ToLower:{URL}}" pattern="abc"') },
  {
    feature: '`{ToLower:…}`, case counted',
    xml: condition('input="{ToLower:{URL}}" pattern="abc" ignoreCase="false"'),
  },
  { feature: 'text and variables joined', xml: condition('input="{HTTP_HOST}{REQUEST_URI}" pattern="abc"') },
  { feature: '`{R:n}`, `{C:n}` in an input', xml: condition('input="{R:0}" pattern="abc"') },
  {
    feature: 'rewrite map',
    xml: `<rewriteMaps><rewriteMap name="m"><add key="a" value="b"/></rewriteMap></rewriteMaps>${condition('input="{m:{URL}}" pattern="b"')}`,
  },
  {
    feature: 'provider',
    xml: `<providers><provider name="P" type="T"/></providers>${condition('input="{P:{URL}}" pattern="b"')}`,
  },
  { feature: 'IsFile, IsDirectory', xml: condition('input="{REQUEST_FILENAME}" matchType="IsFile"') },
  { feature: 'AbortRequest', xml: rule(`<match url="a"/>${abort}`) },
  {
    feature: 'CustomResponse',
    xml: rule('<match url="a"/><action type="CustomResponse" statusCode="403" statusDescription="no"/>'),
  },
  {
    feature: 'CustomResponse with a status of one’s own',
    xml: rule('<match url="a"/><action type="CustomResponse" statusCode="499"/>'),
  },
  {
    feature: 'CustomResponse that repeats the request',
    xml: rule('<match url="a"/><action type="CustomResponse" statusCode="403" statusDescription="{URL}"/>'),
  },
  { feature: 'Redirect to a fixed place', xml: rule('<match url="a"/><action type="Redirect" url="/b"/>') },
  {
    feature: 'Redirect that names the host',
    xml: rule('<match url="a"/><action type="Redirect" url="https://{HTTP_HOST}/b" appendQueryString="false"/>'),
  },
  {
    feature: 'Redirect to what was captured',
    xml: rule('<match url="a(.*)"/><action type="Redirect" url="/b{R:1}"/>'),
  },
  {
    feature: 'Redirect to the same URL with https',
    xml: rule('<match url="(.*)"/><action type="Redirect" url="https://{HTTP_HOST}/{R:1}"/>'),
  },
  {
    feature: 'Redirect to what a map says',
    xml: `<rewriteMaps><rewriteMap name="m"><add key="/a" value="/b"/></rewriteMap></rewriteMaps>${rule('<match url=".*"/><conditions><add input="{m:{URL}}" pattern="(.+)"/></conditions><action type="Redirect" url="{C:1}"/>')}`,
  },
  {
    feature: 'Redirect to a URL in lower case',
    xml: rule('<match url="[A-Z]" ignoreCase="false"/><action type="Redirect" url="{ToLower:{URL}}"/>'),
  },
  ...[
    { feature: 'Rewrite to a path of the site, `stopProcessing`', url: '/b' },
    { feature: 'Rewrite with a query made from the request', url: '/b?of={R:1}' },
    { feature: 'Rewrite to a path made from the request', url: '/b/{R:1}' },
    { feature: 'Rewrite to another server', url: 'http://127.0.0.1:8080/{R:1}' },
  ].map(
    ({ feature, url }): FeatureSample => ({
      feature,
      xml: rule(`<match url="a(.*)"/><action type="Rewrite" url="${url}"/>`, ' stopProcessing="true"'),
    }),
  ),
  { feature: 'Rewrite that later rules follow', xml: rule('<match url="a"/><action type="Rewrite" url="/b"/>') },
  {
    feature: '`<serverVariables>`',
    xml: `<allowedServerVariables><add name="HTTP_X"/></allowedServerVariables>${rule('<match url="a"/><serverVariables><set name="HTTP_X" value="1"/></serverVariables>')}`,
  },
  { feature: 'inbound rules that are only observed', xml: rule(`<match url="a"/>${abort}`), mode: 'observe' },
];

const html =
  '<preConditions><preCondition name="p"><add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html"/></preCondition></preConditions>';
const outboundSamples: readonly FeatureSample[] = [
  {
    feature: 'a directive appended to Content-Security-Policy',
    xml: outbound(
      'serverVariable="RESPONSE_Content_Security_Policy" pattern="(.*)"',
      "{R:1}; script-src-attr 'none'",
      ' preCondition="p"',
      html,
    ),
  },
  {
    feature: 'any other header, text put around its value',
    xml: outbound('serverVariable="RESPONSE_X_Y" pattern="(.*)"', 'a {R:1}'),
  },
  { feature: 'a header where there is none (`^$`)', xml: outbound('serverVariable="RESPONSE_X_Y" pattern="^$"', 'a') },
  { feature: 'part of a header', xml: outbound('serverVariable="RESPONSE_X_Y" pattern="a(b)c"', '{R:1}') },
  {
    feature: 'a header made from the request',
    xml: outbound('serverVariable="RESPONSE_X_Y" pattern=".*"', '{HTTP_HOST}'),
  },
  {
    feature: 'a precondition on another response header',
    xml: outbound(
      'serverVariable="RESPONSE_X_Y" pattern="^$"',
      'a',
      ' preCondition="p"',
      html.replace('CONTENT_TYPE', 'X_Z'),
    ),
  },
  { feature: 'tags of the body', xml: outbound('filterByTags="A" pattern="^a"', 'b') },
  { feature: 'the body by pattern', xml: outbound('pattern="a"', 'b') },
];

/** What the table of targets is made from. */
export const featureSamples: readonly FeatureSample[] = [...inbound, ...outboundSamples];
