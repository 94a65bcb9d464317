import type { InboundAction } from '../model.ts';
import { Inexpressible } from '../pcre/index.ts';
import { parseTemplate } from '../template/parse-template.ts';
import type { TemplateNode } from '../template/template.ts';
import { encodeLoose } from '../url/encode.ts';
import type { Inputs } from './inputs.ts';
import { stringText } from './quoting.ts';
import { nameOf, type Statements, setCaptured } from './statements.ts';

type Redirect = InboundAction & { readonly type: 'Redirect' };

/** Variables that stand in a request as they are, never decoded, so that none can bring a line end into the answer. */
const raw = new Set(['HTTP_HOST', 'SERVER_NAME', 'SERVER_PORT', 'UNENCODED_URL', 'HTTP_URL', 'QUERY_STRING']);

type Piece = string | { readonly variable: string };

/** The absolute `Location` of a Redirect as a string of Apache's expression syntax. `@throws` Inexpressible for what is made from decoded text or captures. */
export function locationText(action: Redirect, level: string, inputs: Inputs, statements: Statements): string {
  const template = parseTemplate(action.url);
  if (action.appendQueryString && template.some((node) => node.kind !== 'literal')) {
    throw new Inexpressible(
      'Redirect',
      'a query appended to a URL that depends on the request; write appendQueryString="false"',
    );
  }
  const pieces = absolutePieces(template, level);
  const at = pieces.findIndex((piece) => typeof piece === 'string' && piece.includes('#'));
  const marked = pieces[at];
  const cut = typeof marked === 'string' ? marked.indexOf('#') : 0;
  const before = typeof marked === 'string' ? [...pieces.slice(0, at), marked.slice(0, cut)] : pieces;
  const after = typeof marked === 'string' ? [marked.slice(cut), ...pieces.slice(at + 1)] : [];
  const show = (piece: Piece) => pieceText(piece, inputs, statements);
  const appended = action.appendQueryString ? appendedQuery(before, inputs, statements) : '';
  return before.map(show).join('') + appended + after.map(show).join('');
}

function absolutePieces(template: readonly TemplateNode[], level: string): readonly Piece[] {
  const pieces = template.map((node): Piece => {
    if (node.kind === 'literal') return node.text;
    if (node.kind === 'variable' && raw.has(node.name)) return { variable: node.name };
    throw new Inexpressible('Redirect', 'a URL made from decoded text, or from what a pattern captured');
  });
  const [first = ''] = pieces;
  if (typeof first !== 'string') {
    throw new Inexpressible('Redirect', 'a URL that begins with a variable may be relative or absolute');
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(first)) return pieces;
  if (first.startsWith('//')) return [{ variable: 'scheme' }, ':', ...pieces];
  const place = first.startsWith('/') ? [] : [level === '/' ? '/' : `${level}/`];
  return [{ variable: 'scheme' }, '://', { variable: 'HTTP_HOST' }, ...place, ...pieces];
}

function pieceText(piece: Piece, inputs: Inputs, statements: Statements): string {
  if (typeof piece === 'string') return stringText(encodeLoose(piece));
  if (piece.variable === 'scheme') return '%{REQUEST_SCHEME}';
  const input = inputs.variable(piece.variable);
  if (!('source' in input)) return stringText(input.constant);
  return stringWord(input.source, statements);
}

/** A word inside a string. */
function stringWord(source: string, statements: Statements): string {
  if (source.startsWith('%{')) return source;
  const name = nameOf(source);
  statements.keep(name);
  return `%{reqenv:${name}}`;
}

/** The query of the request behind the URL's own, if it has one. */
function appendedQuery(before: readonly Piece[], inputs: Inputs, statements: Statements): string {
  const own = before.filter((piece) => typeof piece === 'string').join('');
  const mark = own.indexOf('?');
  const join = mark < 0 ? '?' : mark === own.length - 1 || own.endsWith('&') ? '' : '&';
  const query = inputs.query();
  const text = statements.text('append', (name) => [setCaptured(query, '(?s)^(.+)\\z', name, { value: `${join}$1` })]);
  return stringWord(text, statements);
}
