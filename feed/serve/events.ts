import type { ServerResponse } from 'node:http';
import { paceMs } from './room.ts';

/** What an event stream needs of a response. */
export interface EventStream extends Pick<ServerResponse, 'writableLength'> {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  flushHeaders(): unknown;
  write(bytes: string | Uint8Array): unknown;
  destroy(): unknown;
  on(event: 'close' | 'error', run: () => void): unknown;
}

/** Bytes a listener may be behind before it is let go: it will reconnect and be told the newest. */
const maxBehindBytes = 16 * 1024;
/** Listeners are kept alive in this many groups, one a call, so that a large crowd does not stop everything else. */
const groups = 25;

/** Those who are told that there is something new. */
export interface Listeners {
  /** Starts an event stream on the response, which waits to be told which version is out. */
  add(response: EventStream): void;
  /** A version is out: from now on everybody waits to be told of it, those first who were waiting already. */
  announce(version: number): void;
  /** Tells up to `most` of those who wait. */
  tell(most: number): void;
  /** A comment line to the next of 25 groups, so that nothing on the way takes the silence for death. */
  keepAlive(): void;
  /** Ends all streams. */
  close(): void;
  readonly count: number;
  /** Those who wait to be told. */
  readonly waiting: number;
}

/**
 * A set of server-sent event streams. Each idle one costs a socket and one entry here: no timer and no buffer of its own.
 */
export function eventListeners(first: number): Listeners {
  const all = Array.from({ length: groups }, () => new Set<EventStream>());
  let [nextGroup, nextAlive, version] = [0, 0, first];
  let waiting = new Set<EventStream>();
  return {
    add: (response) => {
      const group = all[nextGroup];
      nextGroup = (nextGroup + 1) % groups;
      start(response);
      group?.add(response);
      waiting.add(response);
      response.on('close', () => {
        group?.delete(response);
        waiting.delete(response);
      });
      response.on('error', () => response.destroy());
    },
    announce: (next) => {
      version = next;
      waiting = new Set([...waiting, ...all.flatMap((group) => [...group])]);
    },
    tell: (most) => {
      const told = [...waiting].slice(0, most);
      for (const response of told) waiting.delete(response);
      send(told, Buffer.from(lookEvent(version, waiting.size > 0)));
    },
    keepAlive: () => {
      send(all[nextAlive] ?? [], Buffer.from(':\n\n'));
      nextAlive = (nextAlive + 1) % groups;
    },
    close: () => {
      for (const group of all) for (const response of group) response.destroy();
    },
    get waiting() {
      return waiting.size;
    },
    get count() {
      return all.reduce((sum, group) => sum + group.size, 0);
    },
  };
}

function start(response: EventStream): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
}

function send(group: Iterable<EventStream>, bytes: Buffer): void {
  for (const response of group) {
    if (response.writableLength > maxBehindBytes) response.destroy();
    else response.write(bytes);
  }
}

/**
 * The hint: no content, only that a timestamp of this version is out. `spread`, a field of ours which others ignore (HTML
 * standard, 9.2.6), asks a part of a crowd not to come at one instant: it has the milliseconds until the next part is told.
 */
function lookEvent(version: number, amongMany: boolean): string {
  return `event: look\nid: ${version}\n${amongMany ? `spread: ${paceMs}\n` : ''}data: ${version}\n\n`;
}
