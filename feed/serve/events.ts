import type { ServerResponse } from 'node:http';

/** Bytes a listener may be behind before it is let go: it will reconnect and be told the newest. */
const maxBehindBytes = 16 * 1024;

/** Those who are told that there is something new. */
export interface Listeners {
  /** Starts an event stream on the response, saying at once which version is out. */
  add(response: ServerResponse, version: number): void;
  /** Tells everybody. */
  tell(version: number): void;
  /** A comment line to everybody, so that nothing on the way takes the silence for death. */
  keepAlive(): void;
  /** Ends all streams. */
  close(): void;
  readonly count: number;
}

/**
 * A set of server-sent event streams. Each idle one costs a socket and one entry here: no timer and no buffer of its own.
 */
export function eventListeners(): Listeners {
  const open = new Set<ServerResponse>();
  const drop = (response: ServerResponse) => {
    open.delete(response);
    response.destroy();
  };
  const send = (text: string) => {
    const bytes = Buffer.from(text);
    for (const response of open) {
      if (response.writableLength > maxBehindBytes) drop(response);
      else response.write(bytes);
    }
  };
  return {
    add: (response, version) => {
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      response.socket?.setTimeout(0);
      response.socket?.setNoDelay(true);
      open.add(response);
      response.on('close', () => open.delete(response));
      response.on('error', () => drop(response));
      response.write(lookEvent(version));
    },
    tell: (version) => send(lookEvent(version)),
    keepAlive: () => send(':\n\n'),
    close: () => {
      for (const response of open) drop(response);
    },
    get count() {
      return open.size;
    },
  };
}

/** The hint: no content, only that a timestamp of this version is out. */
function lookEvent(version: number): string {
  return `event: look\nid: ${version}\ndata: ${version}\n\n`;
}
