/** How one kind of value is written. `problem` answers what is wrong and what to do, or `undefined`. */
export interface Form {
  readonly problem: (value: string) => string | undefined;
}

// Terminals and logs show these texts: C1 controls (U+009B starts an escape sequence), line separators and
// bidirectional overrides (which make text read otherwise than it is) are refused. XML itself refuses C0.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/u;

/** A value that matches `pattern` as a whole; `say` describes what is right. */
function matching(pattern: RegExp, say: string): Form {
  return { problem: (value) => (pattern.test(value) ? undefined : `${quote(value)} is not ${say}`) };
}

/** One of the words. */
function oneOf(...words: readonly string[]): Form {
  return {
    problem: (value) => (words.includes(value) ? undefined : `${quote(value)} is none of ${words.join(', ')}`),
  };
}

/** Text for people: 1 to `most` characters after white space is collapsed. */
function prose(most: number): Form {
  return {
    problem: (value) => {
      if (unseen.test(value)) return 'a control or direction-changing character; take it out';
      const length = [...collapse(value)].length;
      if (length === 0) return 'empty; say it in words';
      return length > most ? `${length} characters; at most ${most} are read` : undefined;
    },
  };
}

function dateTime(value: string): string | undefined {
  const text = collapse(value);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) || !isRealDate(text)) {
    return `${quote(value)} is not a time in UTC; write it as 2026-05-14T00:00:00Z`;
  }
  return undefined;
}

/** `Date` takes 31 February for 3 March; a document with such a date is a mistake. So are hour 24, second 60 and years before 1970. */
function isRealDate(text: string): boolean {
  const time = Date.parse(text);
  return time >= 0 && new Date(time).toISOString() === text.replace('Z', '.000Z');
}

/** Body of a request: any text that XML can hold, at most 16 Ki characters. */
const body: Form = {
  problem: (value) => ([...value].length > 16_384 ? 'longer than 16384 characters; shorten the sample' : undefined),
};

/** Every kind of value that a mitigation holds. The XSD states the same; a test compares the two. */
export const forms = {
  id: matching(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'an id: 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or a digit',
  ),
  revision: matching(/^[1-9][0-9]{0,8}$/, 'a whole number from 1 to 999999999'),
  cve: matching(/^CVE-[0-9]{4}-[0-9]{4,7}$/, 'a CVE number such as CVE-2022-41040'),
  severity: oneOf('none', 'low', 'medium', 'high', 'critical'),
  dateTime: { problem: dateTime },
  afterExpiry: oneOf('remove', 'keep'),
  boolean: oneOf('true', 'false'),
  versions: oneOf('dotted', 'debian'),
  expect: oneOf('refused', 'passes'),
  name: prose(120),
  sentence: prose(500),
  text: prose(4000),
  httpsUrl: matching(
    /^(?=.{1,1200}$)https:\/\/[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(\/[!-~]*)?$/,
    'an https address without spaces, user name or password',
  ),
  product: matching(/^[a-z][a-z0-9._-]{0,63}$/, 'a product name: lower case, 1 to 64 of a-z 0-9 . _ -'),
  role: matching(/^[a-z][a-z0-9-]{0,31}$/, 'a role: lower case, 1 to 32 of a-z 0-9 -'),
  version: matching(/^[0-9A-Za-z.+:~-]{1,128}$/, 'a version: 1 to 128 of 0-9 A-Z a-z . + : ~ -'),
  update: matching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'the id of an update such as KB5000871'),
  package: matching(/^[a-z0-9][a-z0-9+.-]{1,127}$/, 'a package name'),
  // Characters that IIS takes in the name of a site.
  site: matching(/^[A-Za-z0-9]([A-Za-z0-9._() -]{0,126}[A-Za-z0-9._()-])?$/, 'the name of a site'),
  path: matching(
    /^(\/\.?[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,126}){1,8}$/,
    'a virtual path such as /owa: no query, no escapes, no . or .., no slash at the end',
  ),
  service: matching(/^[A-Za-z0-9][A-Za-z0-9._@$-]{0,79}$/, 'the name of a service (not the one it is displayed under)'),
  appPool: matching(/^[A-Za-z0-9]([A-Za-z0-9._@$ -]{0,62}[A-Za-z0-9._@$-])?$/, 'the name of an application pool'),
  method: matching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/, 'an HTTP method (RFC 9110, 9.1)'),
  // RFC 9112, 3.2.1: origin-form. White space or a control character here would split the request.
  requestTarget: matching(
    /^\/[!-~]{0,8191}$/,
    'a path and query as on the request line: begins with /, no spaces, visible ASCII only (escape the rest)',
  ),
  headerName: matching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, 'the name of a header field (RFC 9110, 5.1)'),
  // RFC 9110, 5.5; a line break here would split the request.
  headerValue: matching(
    /^([!-~]([ -~]{0,8190}[!-~])?)?$/,
    'the value of a header field: visible ASCII and spaces, no spaces at either end',
  ),
  contains: matching(/^[!-~]([ -~]{0,998}[!-~])?$/, 'a part of a header field: 1 to 1000 of visible ASCII and spaces'),
  body,
} as const satisfies Record<string, Form>;

/** White space collapsed as `xs:token` does. */
export function collapse(text: string): string {
  return text.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
}

/** For messages: quoted, cut, on one line. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}…` : value);
}
