import type { InboundAction } from '../model.ts';
import { Inexpressible } from '../pcre/index.ts';
import { parseTemplate } from '../template/parse-template.ts';
import type { TemplateNode } from '../template/template.ts';
import { encodeLoose } from '../url/encode.ts';
import type { Inputs } from './inputs.ts';
import type { Maps } from './maps.ts';
import { quoted } from './text.ts';

/** Variables that stand in a request as they are, never decoded, so that none can bring a line end into the answer. */
const raw = new Set(['HTTP_HOST', 'SERVER_NAME', 'SERVER_PORT', 'UNENCODED_URL', 'HTTP_URL', 'QUERY_STRING']);

/** The absolute `Location` of a Redirect as a parameter. `@throws` Inexpressible for what is made from decoded text. */
export function locationText(
  action: InboundAction & { readonly type: 'Redirect' },
  level: string,
  inputs: Inputs,
  maps: Maps,
): string {
  const template = parseTemplate(action.url);
  if (action.appendQueryString && template.some((node) => node.kind !== 'literal')) {
    throw new Inexpressible(
      'Redirect',
      'a query appended to a URL that depends on the request; write appendQueryString="false"',
    );
  }
  const pieces = absolutePieces(template, level);
  const [before, fragment] = splitAt(pieces, '#');
  const text = before.map((piece) => pieceText(piece, inputs, maps)).join('') + appended(action, before, inputs, maps);
  const location = text + fragment.map((piece) => pieceText(piece, inputs, maps)).join('');
  return `"${location}"`;
}

type Piece = string | { readonly variable: string };

function absolutePieces(template: readonly TemplateNode[], level: string): readonly Piece[] {
  const pieces = template.map((node): Piece => {
    if (node.kind === 'literal') return node.text;
    if (node.kind === 'variable' && raw.has(node.name)) return { variable: node.name };
    throw new Inexpressible(
      'Redirect',
      'a URL made from text that nginx has only decoded, or from what a pattern captured',
    );
  });
  const [first = ''] = pieces;
  const host = { variable: 'HTTP_HOST' };
  if (typeof first !== 'string') {
    throw new Inexpressible('Redirect', 'a URL that begins with a variable may be relative or absolute');
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(first)) return pieces;
  if (first.startsWith('//')) return ['$scheme:', ...pieces];
  return ['$scheme://', host, ...(first.startsWith('/') ? [] : [level === '/' ? '/' : `${level}/`]), ...pieces];
}

function splitAt(pieces: readonly Piece[], mark: string): readonly [readonly Piece[], readonly Piece[]] {
  const at = pieces.findIndex((piece) => typeof piece === 'string' && piece.includes(mark));
  const piece = pieces[at];
  if (typeof piece !== 'string') return [pieces, []];
  const cut = piece.indexOf(mark);
  return [
    [...pieces.slice(0, at), piece.slice(0, cut)],
    [piece.slice(cut), ...pieces.slice(at + 1)],
  ];
}

function pieceText(piece: Piece, inputs: Inputs, maps: Maps): string {
  if (piece === '$scheme:' || piece === '$scheme://') return piece.replace('$scheme', '$' + '{scheme}');
  if (typeof piece === 'string') return quoted(maps.literal(encodeLoose(piece))).slice(1, -1);
  return inputs.braced(piece.variable);
}

/** The query of the request behind the URL's own, if it has one. */
function appended(
  action: InboundAction & { readonly type: 'Redirect' },
  before: readonly Piece[],
  inputs: Inputs,
  maps: Maps,
): string {
  if (!action.appendQueryString) return '';
  const own = before.filter((piece) => typeof piece === 'string').join('');
  const mark = own.indexOf('?');
  const join = mark < 0 ? '?' : mark === own.length - 1 || own.endsWith('&') ? '' : '&';
  const query = inputs.braced('QUERY_STRING');
  const bare = query.replace('{', '').replace('}', '');
  return `\${${maps.add('append', bare, [{ key: '""', value: '""' }], `"${join}${query}"`).slice(1)}}`;
}
