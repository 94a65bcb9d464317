import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Log } from '@stopgap/machine';
import type { Listeners } from './events.ts';
import type { Room } from './room.ts';
import type { StaticFile } from './static.ts';

/** When a listener for whom there is no room should come back, in seconds. */
const comeBackSeconds = 60;

/** Who listens, and how many may. */
export interface Push {
  readonly listeners: Listeners;
  readonly room: Room;
  /** Looks that have begun here since the start: each asks for the timestamp. */
  looks: number;
  /** Somebody waits to be told. */
  go(): void;
}

/** Answers one request: a file, an event stream, or why not. */
export function answer(
  request: IncomingMessage,
  response: ServerResponse,
  find: (urlPath: string) => StaticFile | undefined,
  push: Push,
): void {
  const [urlPath = '/'] = (request.url ?? '/').split('?', 1);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    end(response, 405, { allow: 'GET, HEAD' }, 'only GET and HEAD\n');
  } else if (urlPath === '/events') {
    if (request.method === 'GET') answerListener(request, response, push);
    else end(response, 200, { 'content-type': 'text/event-stream' });
  } else {
    if (urlPath === '/metadata/timestamp.json') push.looks += 1;
    answerFile(request, response, find(urlPath));
  }
}

/** Listeners are turned away first: they can do without, and those who fetch cannot. */
function answerListener(request: IncomingMessage, response: ServerResponse, { listeners, room, go }: Push): void {
  if (listeners.count >= room.listeners) {
    const headers = { 'cache-control': 'no-store', 'retry-after': String(comeBackSeconds), connection: 'close' };
    end(response, 503, headers, 'no room for another listener; the files can be read\n');
    return;
  }
  request.socket.setTimeout(0);
  request.socket.setNoDelay(true);
  listeners.add(response);
  go();
}

function answerFile(request: IncomingMessage, response: ServerResponse, file: StaticFile | undefined): void {
  if (!file) {
    end(response, 404, { 'cache-control': 'no-cache' }, 'there is no such file in this feed\n');
  } else if (namesTag(request.headers['if-none-match'], file.headers.etag)) {
    end(response, 304, { etag: file.headers.etag, 'cache-control': file.headers['cache-control'] });
  } else {
    response.writeHead(200, file.headers);
    if (request.method === 'HEAD') response.end();
    else if (file.text === undefined) response.end(file.bytes);
    else response.end(file.text, 'latin1');
  }
}

/** A file could not be read: out of descriptors, or a disk that fails. One request fails, and no more than that. */
export function unreadable(response: ServerResponse, error: unknown, log: Log): void {
  log.error('a file of the feed cannot be read', { reason: error instanceof Error ? error.message : String(error) });
  if (response.headersSent) response.destroy();
  else end(response, 503, { 'cache-control': 'no-store', 'retry-after': '5' }, 'try again later\n');
}

/** Whether `If-None-Match` names the tag; weak tags compare as equal (RFC 9110, section 13.1.2). */
function namesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

function end(response: ServerResponse, status: number, headers: OutgoingHttpHeaders, body?: string): void {
  const length = body === undefined ? {} : { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...length, ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
