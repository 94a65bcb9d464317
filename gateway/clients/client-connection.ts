import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Peer } from '../request/request-head.ts';

/** Whatever is being done for a client, to be told when the client goes away. */
export interface Work {
  clientGone(): void;
}

/**
 * One client connection. It serves one request at a time (RFC 9112 section 9.3.2: pipelined requests in order, and only safe
 * ones could run side by side), which also makes one slot enough to know whom to tell when the client goes.
 */
export class ClientConnection {
  readonly socket: Socket;
  readonly peer: Peer;
  /** Set once a rule has aborted the connection: nothing that arrived on it is served any more. */
  doomed = false;
  /** Upgraded: it carries something else now, and does not end by itself. */
  tunnel = false;
  work: Work | undefined;
  #latest: ServerResponse | undefined;
  #waiting = 0;
  readonly #mostWaiting: number;

  /** `open` holds it for as long as it is open; at most `mostWaiting` requests wait for the one being served. */
  constructor(socket: Socket, scheme: 'http' | 'https', open: Set<ClientConnection>, mostWaiting: number) {
    this.socket = socket;
    this.#mostWaiting = mostWaiting;
    this.peer = { address: plainAddress(socket.remoteAddress), scheme, localPort: socket.localPort ?? 0 };
    // After an upgrade Node no longer listens; an error without a listener would end the process.
    socket.on('error', () => {});
    open.add(this);
    socket.once('close', () => {
      open.delete(this);
      const work = this.work;
      this.work = undefined;
      work?.clientGone();
    });
  }

  /** Whether a request that came before is not answered to the last byte. */
  get busy(): boolean {
    return this.#latest !== undefined && !this.#latest.writableFinished;
  }

  /**
   * Serves a request when those before it on this connection have been answered; never, when one of them was aborted. Node reads on
   * while one is served: whoever sends requests of 25 bytes without end would fill the memory, so that too many end the connection.
   */
  inTurn(response: ServerResponse, serve: () => void): void {
    // What was read together with the request that doomed it still comes.
    if (this.doomed) return;
    this.#latest = response;
    // Node gives a response the socket once it is the first in line.
    if (response.socket !== null) serve();
    else if (++this.#waiting > this.#mostWaiting) this.abort();
    else
      response.once('socket', () => {
        this.#waiting--;
        if (!this.doomed) serve();
      });
  }

  /** Ends the connection without another byte. */
  abort(): void {
    this.doomed = true;
    this.socket.destroy();
  }
}

/** An IPv4 client on a dual-stack socket is written as IPv4. */
function plainAddress(address: string | undefined): string {
  return (address ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '');
}
