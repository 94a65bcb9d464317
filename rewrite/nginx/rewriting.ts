import type { InboundAction, InboundRule, ScopedRules } from '../model.ts';
import { Inexpressible } from '../pcre/index.ts';
import type { Formula } from '../translate/formula.ts';
import { cleanPlace, type Piece, placeOf } from '../translate/place.ts';
import type { RuleReferences } from '../translate/references.ts';
import type { Refusal } from '../translate/result.ts';
import { encodeLoose } from '../url/encode.ts';
import { fromLevel } from '../url/level.ts';
import type { Inputs } from './inputs.ts';
import { inText, type Maps, none } from './maps.ts';
import { quoted } from './text.ts';

/** Where a Rewrite leads, as parameters, and where its query can be made; undefined: everywhere. */
export interface RewritingText {
  readonly path: string;
  readonly query: string;
  readonly clean: Formula | undefined;
}

type Rewrite = InboundAction & { readonly type: 'Rewrite' };

/** `@throws` Inexpressible where what a Rewrite does to later rules, or where it leads, is more than a path of the site that stands in the rule. */
export function rewritingText(
  rule: InboundRule,
  action: Rewrite,
  level: string,
  inputs: Inputs,
  maps: Maps,
  references: RuleReferences,
): RewritingText {
  if (!rule.stopProcessing) {
    throw new Inexpressible(
      'Rewrite without stopProcessing',
      'rules behind it would have to look at the rewritten URL; with stopProcessing="true" nginx can do it',
    );
  }
  const place = placeOf({ ...action, type: 'Redirect', status: 301 }, inputs, references);
  const { path, own } = divided(place.before);
  if (place.fragment.length > 0) throw new Inexpressible('Rewrite', 'the URL has a fragment, which no server looks at');
  return {
    path: quoted(maps.literal(sitePath(path, level))),
    query: new QueryMaker(inputs, maps).text(own, place.append),
    clean: cleanPlace(place, references, inputs),
  };
}

/** The path, which has to stand in the rule, and the pieces of the query behind it. */
function divided(pieces: readonly Piece[]): { readonly path: string; readonly own: readonly Piece[] } {
  const [first = '', ...rest] = pieces;
  const mark = typeof first === 'string' ? first.indexOf('?') : -1;
  if (typeof first !== 'string' || (mark < 0 && rest.length > 0)) {
    throw new Inexpressible(
      'Rewrite to a path of the request',
      'nginx counts a rewritten request as its own, so a path made of the request would open locations that are marked "internal"',
    );
  }
  if (mark < 0) return { path: first, own: [] };
  return { path: first.slice(0, mark), own: [first.slice(mark + 1), ...rest].filter((piece) => piece !== '') };
}

function sitePath(path: string, level: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    throw new Inexpressible('Rewrite to another server', 'a proxy is a location with a proxy_pass of its own');
  }
  const whole = fromLevel(path, level);
  if (/\\|\/\/|\/\.\.?(?:\/|$)|\p{Cc}/u.test(whole)) {
    throw new Inexpressible('Rewrite', `"${whole}" is no plain path; nginx does not normalise what a rule gives it`);
  }
  return whole;
}

class QueryMaker {
  readonly #inputs: Inputs;
  readonly #maps: Maps;

  constructor(inputs: Inputs, maps: Maps) {
    this.#inputs = inputs;
    this.#maps = maps;
  }

  text(own: readonly Piece[], append: boolean): string {
    const shown = own.map((piece) => this.#show(piece)).join('');
    return `"${shown}${append ? inText(this.#appended(shown)) : ''}"`;
  }

  #show(piece: Piece): string {
    if (typeof piece === 'string') return quoted(this.#maps.literal(encodeLoose(piece))).slice(1, -1);
    return 'input' in piece ? inText(piece.input.source) : this.#inputs.braced(piece.variable);
  }

  /** The query of the request, with an `&` in front of it where one is needed. */
  #appended(own: string): string {
    const query = this.#inputs.braced('QUERY_STRING');
    if (own === '') return query.replace(/[{}]/g, '');
    // nginx tries no expression on an empty text.
    const ends = ['""', '"~&\\z"'].map((key) => ({ key, value: `"${query}"` }));
    const joined = this.#maps.add('joined', `"${own}"`, ends, `"&${query}"`);
    return this.#maps.add('append', query.replace(/[{}]/g, ''), [{ key: none, value: none }], joined);
  }
}

/** Rewrites beside rules for responses, which would have to look at the rewritten URL: a variable of nginx has one value a request. */
export function rewritesBesideResponses(rules: readonly ScopedRules[]): readonly Refusal[] {
  const enforced = rules.filter((set) => set.mode === 'enforce');
  const outbound = enforced.some(({ configuration }) =>
    configuration.outboundRules.some((rule) => rule.enabled && rule.action.type !== 'None'),
  );
  if (!outbound) return [];
  const why =
    'rules for responses would have to look at the rewritten URL, and a variable of nginx has one value a request';
  return enforced.flatMap(({ owner, configuration }) =>
    configuration.rules
      .filter((rule) => rule.enabled && rule.action.type === 'Rewrite')
      .map((rule) => ({ owner, rule: rule.name, feature: 'Rewrite beside outbound rules', why })),
  );
}
