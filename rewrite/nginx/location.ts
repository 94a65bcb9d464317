import type { InboundAction } from '../model.ts';
import type { Formula } from '../translate/formula.ts';
import { cleanPlace, isFixed, type Piece, type Place, placeOf, queryJoin } from '../translate/place.ts';
import type { RuleReferences } from '../translate/references.ts';
import { encodeLoose } from '../url/encode.ts';
import type { Inputs } from './inputs.ts';
import { inText, type Maps } from './maps.ts';
import { quoted } from './text.ts';

/** The absolute `Location` of a Redirect as a parameter, and where it can be made; undefined: everywhere. */
export interface LocationText {
  readonly text: string;
  readonly clean: Formula | undefined;
}

/** What a Redirect sends. `@throws` Inexpressible for what is made from text that nginx would have to decode. */
export function locationText(
  action: InboundAction & { readonly type: 'Redirect' },
  level: string,
  inputs: Inputs,
  maps: Maps,
  references: RuleReferences,
): LocationText {
  const place = placeOf(action, inputs, references);
  const maker = new LocationMaker(place, level, inputs, maps);
  return { text: isFixed(place) ? maker.fixed() : maker.dependent(), clean: cleanPlace(place, references, inputs) };
}

/** nginx's variable, with text to follow. */
const scheme = inText('$scheme');

class LocationMaker {
  readonly #place: Place;
  readonly #level: string;
  readonly #inputs: Inputs;
  readonly #maps: Maps;

  constructor(place: Place, level: string, inputs: Inputs, maps: Maps) {
    this.#place = place;
    this.#level = level;
    this.#inputs = inputs;
    this.#maps = maps;
  }

  /** Text and variables that are not looked into. */
  fixed(): string {
    const { before, append, kind } = this.#place;
    return `"${this.#begin(kind)}${this.#show(before)}${append ? this.#appended() : ''}${this.#fragment()}"`;
  }

  /** A text of which the kind, or whether it has a query, shows only when it is made. */
  dependent(): string {
    const { append, kind } = this.#place;
    const bare = this.#show(this.#place.before);
    const absolute = kind === undefined ? inText(this.#absolute(bare)) : this.#begin(kind) + bare;
    const whole = absolute + (append ? inText(this.#joined(bare)) : '');
    // A question mark with nothing behind it goes, as it does in IIS.
    const capture = this.#maps.capture('place_text');
    const entry = { key: `"~^(?<${capture}>[^?]*)\\?\\z"`, value: `$${capture}` };
    return `"${inText(this.#maps.add('place', `"${whole}"`, [entry], `"${whole}"`))}${this.#fragment()}"`;
  }

  #begin(kind: Place['kind']): string {
    if (kind === 'absolute') return '';
    if (kind === 'scheme-relative') return `${scheme}:`;
    const site = `${scheme}://${this.#inputs.braced('HTTP_HOST')}`;
    if (kind === 'host-relative') return site;
    const level = this.#level === '/' ? '/' : `${this.#level}/`;
    return site + quoted(this.#maps.literal(encodeLoose(level))).slice(1, -1);
  }

  #absolute(bare: string): string {
    const entries = [
      { key: '"~*^[a-z][a-z0-9+.-]*://"', value: `"${bare}"` },
      { key: '"~^//"', value: `"${this.#begin('scheme-relative')}${bare}"` },
      { key: '"~^/"', value: `"${this.#begin('host-relative')}${bare}"` },
    ];
    return this.#maps.add('absolute', `"${bare}"`, entries, `"${this.#begin('relative')}${bare}"`);
  }

  #show(pieces: readonly Piece[]): string {
    return pieces
      .map((piece) => {
        if (typeof piece === 'string') return quoted(this.#maps.literal(encodeLoose(piece))).slice(1, -1);
        return 'input' in piece ? inText(piece.input.source) : this.#inputs.braced(piece.variable);
      })
      .join('');
  }

  #fragment(): string {
    return this.#show(this.#place.fragment);
  }

  /** The query of the request behind a fixed URL's own, if it has one. */
  #appended(): string {
    const join = queryJoin(this.#place);
    return inText(this.#ifQuery(`"${join}${this.#query()}"`));
  }

  /** The same behind a URL that is only known when it is made. */
  #joined(bare: string): string {
    const query = this.#query();
    const entries = [
      { key: '"~^[^?]*\\?(?:.*&)?\\z"', value: `"${query}"` },
      { key: '"~\\?"', value: `"&${query}"` },
    ];
    return this.#ifQuery(this.#maps.add('joined', `"${bare}"`, entries, `"?${query}"`));
  }

  #ifQuery(value: string): string {
    return this.#maps.add('append', this.#query().replace(/[{}]/g, ''), [{ key: '""', value: '""' }], value);
  }

  #query(): string {
    return this.#inputs.braced('QUERY_STRING');
  }
}
