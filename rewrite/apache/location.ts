import type { InboundAction } from '../model.ts';
import { Inexpressible } from '../pcre/index.ts';
import type { Formula } from '../translate/formula.ts';
import { cleanPlace, isFixed, type Piece, type Place, placeOf, queryJoin } from '../translate/place.ts';
import type { RuleReferences } from '../translate/references.ts';
import { encodeLoose } from '../url/encode.ts';
import { matches } from './expression.ts';
import type { Inputs } from './inputs.ts';
import { stringText, word } from './quoting.ts';
import { type Statements, setCaptured } from './statements.ts';
import { stringWord } from './string-word.ts';

/** The absolute `Location` of a Redirect as a string of Apache's expression syntax, and where it can be made; undefined: everywhere. */
export interface LocationText {
  readonly text: string;
  readonly clean: Formula | undefined;
}

const whole = '(?s)^(.*)\\z';
/** More words than that would nest deeper than Apache evaluates. */
const mostPieces = 7;

/** What a Redirect sends. `@throws` Inexpressible for what is made from text that Apache would have to decode. */
export function locationText(
  action: InboundAction & { readonly type: 'Redirect' },
  level: string,
  inputs: Inputs,
  statements: Statements,
  references: RuleReferences,
): LocationText {
  const place = placeOf(action, inputs, references);
  const maker = new LocationMaker(place, level, inputs, statements);
  const text = isFixed(place) ? maker.fixed() : maker.dependent();
  return { text, clean: cleanPlace(place, references, inputs) };
}

class LocationMaker {
  readonly #place: Place;
  readonly #level: string;
  readonly #inputs: Inputs;
  readonly #statements: Statements;

  constructor(place: Place, level: string, inputs: Inputs, statements: Statements) {
    this.#place = place;
    this.#level = level;
    this.#inputs = inputs;
    this.#statements = statements;
  }

  /** Text and variables that are not looked into. */
  fixed(): string {
    const { before, append, kind } = this.#place;
    return this.#string(this.#begin(kind)) + this.#show(before) + (append ? this.#appended() : '') + this.#fragment();
  }

  /** A text of which the kind, or whether it has a query, shows only when it is made. */
  dependent(): string {
    const { before, append, kind } = this.#place;
    if (before.length > mostPieces) throw new Inexpressible('Redirect', `a URL of more than ${mostPieces} pieces`);
    const bare = this.#text('bare', joined(before.map((piece) => this.#word(piece))));
    const absolute =
      kind === undefined ? this.#absolute(bare) : this.#text('absolute', joined([...this.#begin(kind), bare]));
    const text = joined(append ? [absolute, this.#joined(bare)] : [absolute]);
    // A question mark with nothing behind it goes, as it does in IIS.
    const place = this.#statements.text('place', (name) => [
      setCaptured(text, whole, name),
      setCaptured(text, '^([^?]*)\\?\\z', name),
    ]);
    return this.#string([place]) + this.#fragment();
  }

  #begin(kind: Place['kind']): readonly string[] {
    const scheme = '%{REQUEST_SCHEME}';
    if (kind === 'absolute') return [];
    if (kind === 'scheme-relative') return [scheme, "':'"];
    const site = [scheme, "'://'", this.#inputs.host()];
    if (kind === 'host-relative') return site;
    return [...site, word(encodeLoose(this.#level === '/' ? '/' : `${this.#level}/`))];
  }

  #absolute(bare: string): string {
    const withScheme = matches(bare, '^[a-z][a-z0-9+.-]*://', true);
    const begun = (kind: Place['kind']) => joined([...this.#begin(kind), bare]);
    return this.#statements.text('absolute', (name) => [
      setCaptured(begun('relative'), whole, name, { guard: `!(${withScheme})` }),
      setCaptured(begun('host-relative'), whole, name, { guard: matches(bare, '^/', false) }),
      setCaptured(begun('scheme-relative'), whole, name, { guard: matches(bare, '^//', false) }),
      setCaptured(bare, whole, name, { guard: withScheme }),
    ]);
  }

  #word(piece: Piece): string {
    if (typeof piece === 'string') return word(encodeLoose(piece));
    const input = 'input' in piece ? piece.input : this.#inputs.variable(piece.variable);
    return 'source' in input ? input.source : word(input.constant);
  }

  #text(stem: string, source: string): string {
    return this.#statements.text(stem, (name) => [setCaptured(source, whole, name)]);
  }

  /** Words inside a string. */
  #string(words: readonly string[]): string {
    return words.map((one) => stringWord(one, this.#statements)).join('');
  }

  #show(pieces: readonly Piece[]): string {
    return pieces
      .map((piece) => (typeof piece === 'string' ? stringText(encodeLoose(piece)) : this.#string([this.#word(piece)])))
      .join('');
  }

  #fragment(): string {
    return this.#show(this.#place.fragment);
  }

  /** The query of the request behind a fixed URL's own, if it has one. */
  #appended(): string {
    const join = queryJoin(this.#place);
    const query = this.#inputs.query();
    const text = this.#statements.text('append', (name) => [
      setCaptured(query, '(?s)^(.+)\\z', name, { value: `${join}$1` }),
    ]);
    return this.#string([text]);
  }

  /** The same behind a URL that is only known when it is made. */
  #joined(bare: string): string {
    const query = this.#inputs.query();
    const some = '(?s)^(.+)\\z';
    return this.#statements.text('append', (name) => [
      setCaptured(query, some, name, { value: '?$1' }),
      setCaptured(query, some, name, { guard: matches(bare, '\\?', false), value: '&$1' }),
      setCaptured(query, some, name, { guard: matches(bare, '^[^?]*\\?(?:.*&)?\\z', false) }),
    ]);
  }
}

const joined = (words: readonly string[]): string => (words.length === 0 ? "''" : words.join(' . '));
