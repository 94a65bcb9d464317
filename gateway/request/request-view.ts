import type { HeaderFields, RewriteRequest } from '@stopgap/rewrite';
import type { Peer, RequestHead } from './request-head.ts';

/**
 * A request as rules see it. The header fields are put together only when a rule asks for one, which most never do.
 */
export class RequestView implements RewriteRequest {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly url: string;
  readonly remoteAddr: string;
  readonly serverPort: number;
  readonly headerBound: number;
  readonly #raw: readonly string[];
  #headers: HeaderFields | undefined;

  /** `headerBound`: bytes of the header section at most. */
  constructor(head: RequestHead, raw: readonly string[], peer: Peer, headerBound: number) {
    this.method = head.method;
    this.scheme = peer.scheme;
    this.host = head.host;
    this.url = head.url;
    this.remoteAddr = peer.address;
    this.serverPort = peer.localPort;
    this.headerBound = headerBound;
    this.#raw = raw;
  }

  get headers(): HeaderFields {
    this.#headers ??= joinedFields(this.#raw, this.host);
    return this.#headers;
  }

  /** What `headers` has under this name, in lower case. */
  header(name: string): string | undefined {
    if (name === 'host') return this.host;
    const raw = this.#raw;
    let value: string | undefined;
    for (let n = 0; n < raw.length; n += 2) {
      const own = raw[n] ?? '';
      if (own.length !== name.length || (own !== name && own.toLowerCase() !== name)) continue;
      value = joined(name, value, raw[n + 1] ?? '');
    }
    return value;
  }
}

/**
 * Every field, those that occur twice joined, as the server behind would see them (RFC 9110 section 5.3; cookies by
 * RFC 9113 section 8.2.3). Node's own `headers` keeps only the first of two `User-Agent`: a way around a rule.
 */
export function joinedFields(raw: readonly string[], host: string): HeaderFields {
  // No prototype: a field named `constructor` is just absent or present.
  const fields: Record<string, string> = Object.create(null);
  for (let n = 0; n < raw.length; n += 2) {
    const name = (raw[n] ?? '').toLowerCase();
    const value = raw[n + 1] ?? '';
    fields[name] = joined(name, fields[name], value);
  }
  fields.host = host;
  return fields;
}

function joined(name: string, earlier: string | undefined, value: string): string {
  return earlier === undefined ? value : `${earlier}${name === 'cookie' ? '; ' : ', '}${value}`;
}
