import type { BodyRewriter, DecidingRule } from '@stopgap/rewrite';
import type { BodyText } from './body-text.ts';

/** Fields that speak of the body as the server behind sent it, and are no longer true of one that a rule may have changed. */
export const fieldsOfTheBody: ReadonlySet<string> = new Set([
  'content-length',
  'content-md5',
  'content-digest',
  'repr-digest',
  'digest',
  'etag',
  'last-modified',
  'accept-ranges',
]);

/** The body of one response on its way through the rules. */
export class RewrittenBody {
  readonly #text: BodyText;
  readonly #rewriters: readonly BodyRewriter[];
  readonly #observers: readonly BodyRewriter[];

  /** `rewriters` each see what those before them made of the body; `observers` see what the client gets. */
  constructor(text: BodyText, rewriters: readonly BodyRewriter[], observers: readonly BodyRewriter[]) {
    this.#text = text;
    this.#rewriters = rewriters;
    this.#observers = observers;
  }

  /** Whether anything may come out other than it went in. */
  get changes(): boolean {
    return this.#rewriters.length > 0;
  }

  /** Rules in mode `observe` that would have changed the body. */
  get observed(): readonly DecidingRule[] {
    return this.#observers.flatMap(({ by }) => by);
  }

  /** Takes the next bytes; answers what can be sent on. @throws when a rule cannot be applied: the response must not go out. */
  write(piece: Buffer): Buffer {
    return this.#through(this.#text.decode(piece), false);
  }

  /** The body is over; answers what is left of it. @throws as `write`. */
  end(): Buffer {
    return this.#through(this.#text.flush(), true);
  }

  #through(piece: string, last: boolean): Buffer {
    let text = piece;
    for (const rewriter of this.#rewriters) {
      text = rewriter.write(text) + (last ? rewriter.end() : '');
      if (rewriter.refusal) throw new Error(rewriter.refusal.reason);
    }
    for (const observer of this.#observers) {
      observer.write(text);
      if (last) observer.end();
    }
    return this.#text.encode(text);
  }
}
