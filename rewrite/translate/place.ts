import type { InboundAction } from '../model.ts';
import { Inexpressible } from '../pcre/index.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { and, type Formula, test } from './formula.ts';
import type { Input, InputSource } from './input.ts';
import type { RuleReferences } from './references.ts';
import { expressionKey } from './text.ts';

/** Part of a Location: text, a variable as it stands in the request, or a text of which it has to be looked at whether a URL may hold it. */
export type Piece = string | { readonly variable: string } | { readonly input: Input };

/** Where a Redirect leads, in pieces. */
export interface Place {
  /** Up to the fragment. */
  readonly before: readonly Piece[];
  /** With its `#`. */
  readonly fragment: readonly Piece[];
  /** Whether the query of the request follows. */
  readonly append: boolean;
  /** What kind of URL `before` is, where its first piece is text. Undefined: that depends on the request. */
  readonly kind: 'absolute' | 'scheme-relative' | 'host-relative' | 'relative' | undefined;
}

type Redirect = InboundAction & { readonly type: 'Redirect' };

/** Variables that stand in a request as they are, never decoded, so that none can bring a line end into the answer. */
const raw = new Set(['HTTP_HOST', 'SERVER_NAME', 'SERVER_PORT', 'UNENCODED_URL', 'HTTP_URL', 'QUERY_STRING']);
/** Characters that stand in a Location as they are, but for `?` and `#`, which divide it. */
const unescaped = "[\\w.~!$%&'()*+,;=:@/\\[\\]-]";

/** Takes a Redirect's URL apart. `@throws` Inexpressible. */
export function placeOf(action: Redirect, inputs: InputSource, references: RuleReferences): Place {
  const pieces = parseTemplate(action.url).map((node): Piece => {
    if (node.kind === 'literal') return node.text;
    if (node.kind === 'variable' && raw.has(node.name)) return { variable: node.name };
    const whole = node.kind === 'rule-capture' ? references.wholePath(node.index) : undefined;
    const input = whole ?? inputs.ofTemplate([node], false, references);
    if ('constant' in input) return input.constant;
    if (input.decode) throw new Inexpressible('Redirect', 'a URL made from text that would have to be decoded');
    return { input: input.escaped ? { ...input, source: input.escaped() } : input };
  });
  const at = pieces.findIndex((piece) => typeof piece === 'string' && piece.includes('#'));
  const marked = pieces[at];
  const cut = typeof marked === 'string' ? marked.indexOf('#') : 0;
  const before = typeof marked === 'string' ? [...pieces.slice(0, at), marked.slice(0, cut)] : pieces;
  const fragment = typeof marked === 'string' ? [marked.slice(cut), ...pieces.slice(at + 1)] : [];
  return {
    before: before.filter((piece) => piece !== ''),
    fragment,
    append: action.appendQueryString,
    kind: kindOf(before),
  };
}

/** What joins the query of the request to a URL that is fixed, and may have a query of its own. */
export function queryJoin({ before }: Place): '' | '?' | '&' {
  const own = before.filter((piece) => typeof piece === 'string').join('');
  const mark = own.indexOf('?');
  if (mark < 0) return '?';
  return mark === own.length - 1 || own.endsWith('&') ? '' : '&';
}

function kindOf(pieces: readonly Piece[]): Place['kind'] {
  const [first = ''] = pieces.filter((piece) => piece !== '');
  if (typeof first !== 'string') return undefined;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(first)) return 'absolute';
  // What follows a short beginning may make another kind of it.
  if (pieces.length > 1 && /^(?:\/?|[a-z][a-z0-9+.-]*(?::\/?)?)$/i.test(first)) return undefined;
  return first.startsWith('//') ? 'scheme-relative' : first.startsWith('/') ? 'host-relative' : 'relative';
}

/** Whether the text of a place is known but for raw variables that change nothing about how it is read. */
export function isFixed({ before, append, kind }: Place): boolean {
  if (kind === undefined) return false;
  return append ? before.every((piece) => typeof piece === 'string') : before.every((piece) => !isInput(piece));
}

/**
 * Holds where every piece that was captured, looked up or decoded may stand in a URL as it is, and is what IIS would put there. Elsewhere the Location cannot be
 * made. Undefined: there is no such piece.
 */
export function cleanPlace(
  { before, fragment }: Place,
  references: RuleReferences,
  inputs: InputSource,
): Formula | undefined {
  const exact = references.exact();
  const pieces = [...before, ...fragment].flatMap((piece) => (isInput(piece) ? [piece.input] : []));
  if (pieces.length === 0) return exact;
  const odd = pieces.some((input) => input.odd === 'part') ? [inputs.path()] : [];
  const tests = [...pieces, ...odd].map(({ source, odd: kind }) =>
    test(source, ['""', expressionKey(false, `^${kind === 'whole' ? '(?!//)' : ''}(?:${unescaped}|\\?)*\\z`)]),
  );
  return and([...(exact ? [exact] : []), ...tests]);
}

const isInput = (piece: Piece): piece is { readonly input: Input } => typeof piece !== 'string' && 'input' in piece;
