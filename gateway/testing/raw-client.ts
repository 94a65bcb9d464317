import { connect, type Socket } from 'node:net';

/** A client that writes bytes and keeps what comes back, with no opinion on either. */
export class RawClient {
  readonly socket: Socket;
  /** Everything received so far, one character a byte. */
  received = '';
  ended = false;
  readonly closed: Promise<void>;
  #wake: () => void = () => {};

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk) => {
      this.received += chunk.toString('latin1');
      this.#wake();
    });
    this.socket.on('end', () => {
      this.ended = true;
    });
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      this.socket.on('close', () => {
        resolve();
        this.#wake();
      });
    });
  }

  /** Writes text, one byte a character. */
  write(text: string): void {
    this.socket.write(Buffer.from(text, 'latin1'));
  }

  /** Waits until what was received matches, or fails when the connection closes first. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received)) {
      if (this.socket.destroyed) throw new Error(`closed before ${pattern}: ${JSON.stringify(this.received)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.received;
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** Sends bytes on a connection of their own and waits for its end; what came back. */
export async function exchange(port: number, text: string): Promise<string> {
  const client = new RawClient(port);
  client.write(text);
  await client.closed;
  return client.received;
}
