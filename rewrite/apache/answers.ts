import { Inexpressible } from '../pcre/index.ts';
import { argument, expressionArgument, stringText } from './quoting.ts';
import { type Statements, variableWord } from './statements.ts';

/**
 * Puts `<If>` sections into one that every request is in: those of a `<Location>` are merged after those that stand in a virtual host by
 * themselves, so that only an `<If>` inside a virtual host's own `<Location>` is merged after ours.
 */
export function lastWord(sections: string): string {
  if (sections === '') return '';
  const inner = sections.replace(/^(?=.)/gm, '    ');
  return `<LocationMatch "^">\n${inner}</LocationMatch>\n`;
}

/** What is answered: a status, and with it a page or a place. Both are strings of Apache's expression syntax (`%{…}` is replaced). */
export interface Answer {
  readonly status: number;
  /** What the body says; without it Apache's own short page. */
  readonly body?: string;
  readonly location?: string;
}

/** Apache cannot drop a connection: it answers 403 and closes it. */
export const abort: Answer = { status: 403 };

/** Statuses that Apache knows by name and that need no further header. */
const known = new Set([
  400, 402, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 424, 426, 428, 429,
  431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
]);

/** Apache takes no empty text, but one that comes to nothing: a variable that nobody sets. */
const nothing = '%{reqenv:STOPGAP_NO_TEXT}';

/** A status with a text: literals, and words of Apache's string syntax. `@throws` Inexpressible. */
export function customAnswer(status: number, pieces: readonly (string | { readonly word: string })[]): Answer {
  if (!known.has(status)) throw new Inexpressible('status code', `Apache does not send status ${status} with a text`);
  const [first = ''] = pieces;
  const text = typeof first === 'string' ? first : '';
  const isPlace = pieces.length <= 1 && !text.includes(' ') && /^\/|^[a-z][a-z0-9+.-]*:|^default$/i.test(text);
  if (isPlace || text.startsWith('"') || (pieces.length > 1 && /^\/|^[a-z][a-z0-9+.-]*:/i.test(text))) {
    throw new Inexpressible('text', `Apache would take "${text.slice(0, 40)}" for the place of an error page`);
  }
  const body = pieces.map((piece) => (typeof piece === 'string' ? stringText(piece) : piece.word)).join('');
  return { status, body: body === '' ? nothing : body };
}

/**
 * The section that gives an answer where the verdict is `value`. `<If>` sections are merged after every `<Directory>`, `<Location>` and
 * `.htaccess` of every virtual host, so what these allow is overruled. `Redirect` answers in front of what a site maps or redirects, with
 * mod_rewrite switched off for this request; `Require` stands behind it for whatever else maps URLs first, and needs no password.
 */
export function answerSection(statements: Statements, verdict: string, value: string, answer: Answer): string {
  const { status, body, location } = answer;
  const refusal = [
    'AuthMerging Off',
    'Require all denied',
    '<IfModule mod_access_compat.c>',
    '    Satisfy All',
    '</IfModule>',
  ];
  const directives = [
    '<IfModule mod_rewrite.c>',
    '    RewriteEngine Off',
    '</IfModule>',
    `Redirect ${status}${location === undefined ? '' : ` ${argument(location)}`}`,
    // mod_alias appends the query of the request to a place that has none.
    ...(location === undefined ? [] : [`Header always set Location ${argument(`expr=${location}`)}`]),
    ...(status === 403 ? refusal : []),
    ...(location === undefined ? [`ErrorDocument ${status} ${body === undefined ? 'default' : argument(body)}`] : []),
  ];
  const test = `${variableWord(verdict)} == '${value}'`;
  statements.keep(verdict);
  return `<If ${expressionArgument(test)}>\n${directives.map((line) => `    ${line}\n`).join('')}</If>\n`;
}
