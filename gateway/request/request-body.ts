import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** The client sent more than `limits.bodyBytes`. */
export class BodyTooLarge extends Error {
  constructor(limit: number) {
    super(`the body has more than ${limit} bytes`);
    this.name = 'BodyTooLarge';
  }
}

/**
 * A request's body on its way to the upstream, with back-pressure and a cap. It stands between the two because whoever reads a
 * stream may destroy it, and destroying Node's request closes the client's connection, on which an early answer
 * (401, 413) may still have to be sent.
 */
export class RequestBody extends Readable {
  readonly #request: IncomingMessage;
  readonly #limit: number;
  #seen = 0;

  /** `limit` in bytes; 0: none. */
  constructor(request: IncomingMessage, limit: number) {
    super();
    this.#request = request;
    this.#limit = limit;
    request.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onCut).on('close', this.#onCut);
    request.pause();
    // Whoever sends this body on hears of errors while it does; afterwards nobody needs to.
    this.on('error', () => {});
  }

  override _read(): void {
    this.#request.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const request = this.#request;
    request.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onCut);
    // What is left of the body is read and dropped, within `requestMs`, so that the client can read its answer.
    if (!request.destroyed) request.resume();
    done(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#seen += chunk.length;
    if (this.#limit > 0 && this.#seen > this.#limit) this.destroy(new BodyTooLarge(this.#limit));
    else if (!this.push(chunk)) this.#request.pause();
  };

  readonly #onEnd = (): void => {
    this.push(null);
  };

  /** The client went away in the middle: the upstream must not take what it has for the whole. */
  readonly #onCut = (): void => {
    if (!this.#request.complete) this.destroy(new Error('the client closed the connection before the end of the body'));
  };
}
