import type { FeedHttp } from '../http/client.ts';
import { Trouble } from '../trouble.ts';

/** Gets files of a feed, each with its cap. */
export interface FeedFiles {
  /** The bytes. Throws `Trouble` `http` for any other status than 200. */
  get(path: string, maxBytes: number): Promise<Buffer>;
  /** The bytes, or `undefined` where there is no such file (404, or 403 as object stores say). */
  find(path: string, maxBytes: number): Promise<Buffer | undefined>;
  /** The timestamp, unless it is the one that was given with `tag` (RFC 9110, section 13.1.2). */
  timestamp(maxBytes: number, tag: string | undefined): Promise<OfferedTimestamp>;
}

/** No bytes: unchanged. */
export interface OfferedTimestamp {
  readonly bytes: Buffer | undefined;
  readonly tag: string | undefined;
}

/** Files over HTTP. */
export function feedFiles(http: FeedHttp, base: URL): FeedFiles {
  const refuse = (path: string, status: number, location?: string): Trouble => {
    const url = new URL(path, base).href;
    if (status >= 300 && status < 400) {
      return new Trouble(
        'http',
        `${url} answers with status ${status} and points to ${location ?? 'nowhere'}; put the feed's final address into the configuration`,
      );
    }
    return new Trouble('http', `${url} answers with status ${status}; ${meaningOf(status)}`);
  };
  const ask = async (path: string, maxBytes: number, headers: Record<string, string> = {}) => {
    const answer = await http.get(path, { maxBytes, headers });
    const encoding = answer.headers['content-encoding'];
    if (answer.status === 200 && encoding !== undefined && encoding !== 'identity') {
      throw new Trouble(
        'http',
        `${new URL(path, base).href} comes with content-encoding ${encoding}, which was not asked for; the server must send files as they are`,
      );
    }
    return answer;
  };
  return {
    get: async (path, maxBytes) => {
      const { status, headers, body } = await ask(path, maxBytes);
      if (status !== 200) throw refuse(path, status, headers.location);
      return body;
    },
    find: async (path, maxBytes) => {
      const { status, headers, body } = await ask(path, maxBytes);
      if (status === 404 || status === 403) return undefined;
      if (status !== 200) throw refuse(path, status, headers.location);
      return body;
    },
    timestamp: async (maxBytes, tag) => {
      const path = 'metadata/timestamp.json';
      const { status, headers, body } = await ask(path, maxBytes, tag === undefined ? {} : { 'if-none-match': tag });
      if (status === 304 && tag !== undefined) return { bytes: undefined, tag };
      if (status !== 200) throw refuse(path, status, headers.location);
      return { bytes: body, tag: headers.etag };
    },
  };
}

function meaningOf(status: number): string {
  if (status === 404) return 'there is no feed at this address, or not all of it; check the url';
  if (status === 401 || status === 403 || status === 407)
    return 'it may not be read from here; ask whoever runs it or the proxy';
  if (status >= 500) return 'the server has a fault; it is asked again later';
  return 'check the url';
}
