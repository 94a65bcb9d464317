import type { ServerResponse } from 'node:http';

/** What an event stream needs of a response. */
export interface EventStream extends Pick<ServerResponse, 'writableLength'> {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  write(bytes: string | Uint8Array): unknown;
  destroy(): unknown;
  on(event: 'close' | 'error', run: () => void): unknown;
}

/** Bytes a listener may be behind before it is let go: it will reconnect and be told the newest. */
const maxBehindBytes = 16 * 1024;
/** Listeners are kept alive in this many groups, one a call, so that a large crowd does not stop everything else. */
const groups = 25;
/** Looks a second that listeners are asked to keep to, together, after a new version. */
const looksPerSecond = 2500;
/** With fewer listeners than this, all may look at once. */
const smallCrowd = 250;

/** Those who are told that there is something new. */
export interface Listeners {
  /** Starts an event stream on the response, saying at once which version is out. */
  add(response: EventStream, version: number): void;
  /** Tells everybody. */
  tell(version: number): void;
  /** A comment line to the next of 25 groups, so that nothing on the way takes the silence for death. */
  keepAlive(): void;
  /** Ends all streams. */
  close(): void;
  readonly count: number;
}

/**
 * A set of server-sent event streams. Each idle one costs a socket and one entry here: no timer and no buffer of its own.
 */
export function eventListeners(): Listeners {
  const all = Array.from({ length: groups }, () => new Set<EventStream>());
  let [nextGroup, nextAlive] = [0, 0];
  const count = () => all.reduce((sum, group) => sum + group.size, 0);
  return {
    add: (response, version) => {
      const group = all[nextGroup];
      nextGroup = (nextGroup + 1) % groups;
      start(response);
      group?.add(response);
      response.on('close', () => group?.delete(response));
      response.on('error', () => response.destroy());
      response.write(lookEvent(version, 0));
    },
    tell: (version) => {
      const event = Buffer.from(lookEvent(version, spreadMs(count())));
      for (const group of all) send(group, event);
    },
    keepAlive: () => {
      send(all[nextAlive] ?? [], Buffer.from(':\n\n'));
      nextAlive = (nextAlive + 1) % groups;
    },
    close: () => {
      for (const group of all) for (const response of group) response.destroy();
    },
    get count() {
      return count();
    },
  };
}

function start(response: EventStream): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
}

function send(group: Iterable<EventStream>, bytes: Buffer): void {
  for (const response of group) {
    if (response.writableLength > maxBehindBytes) response.destroy();
    else response.write(bytes);
  }
}

/** The time over which listeners should spread their looks, so that the feed is not met by all of them at one instant. */
function spreadMs(listeners: number): number {
  return listeners <= smallCrowd ? 0 : Math.round((listeners / looksPerSecond) * 1000);
}

/**
 * The hint: no content, only that a timestamp of this version is out. `spread` is a field of ours, which others ignore
 * (HTML standard, 9.2.6).
 */
function lookEvent(version: number, spread: number): string {
  return `event: look\nid: ${version}\n${spread === 0 ? '' : `spread: ${spread}\n`}data: ${version}\n\n`;
}
