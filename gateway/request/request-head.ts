import { kindOf } from './field-kinds.ts';
import { readTarget } from './target.ts';

/** What is known of the connection a request came in on. */
export interface Peer {
  readonly address: string;
  readonly scheme: 'http' | 'https';
  readonly localPort: number;
}

/** A request as it is passed on: framing read and taken out, hop-by-hop fields gone, forwarded fields set. */
export interface RequestHead {
  readonly method: string;
  /** Path and query exactly as received, or `*`. */
  readonly url: string;
  readonly host: string;
  /** Name, value, name, value, …; `Host` and the framing fields are not among them. */
  readonly fields: string[];
  /** `undefined`: no body, unless `chunked`. */
  readonly contentLength: number | undefined;
  readonly chunked: boolean;
  /** `Expect: 100-continue`. */
  readonly expects: boolean;
  /** The client announces trailer fields. */
  readonly trailers: boolean;
  /** Protocol of the Upgrade field where `Connection` lists it. */
  readonly upgrade: string | undefined;
}

/** Why a request is not served, before any rule is asked. */
export interface BadRequest {
  readonly status: 400 | 414 | 417 | 431 | 501 | 505;
  readonly reason: string;
}

/** The parts of Node's `IncomingMessage` that are read. */
export interface RawRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersionMajor: number;
  readonly httpVersionMinor: number;
  readonly rawHeaders: readonly string[];
}

interface HeadOptions {
  readonly forwarded: 'append' | 'replace';
  readonly limits: { readonly urlBytes: number; readonly headerFields: number };
}

/** What one walk over the fields finds beside the ones that pass. */
class Findings {
  host: string | undefined;
  hosts = 0;
  contentLength: number | undefined;
  codings = 0;
  coding = '';
  connection = '';
  upgrade: string | undefined;
  expect: string | undefined;
  trailers = false;
  forwardedFor = '';
  forwardedProto: string | undefined;
  forwardedHost: string | undefined;
}

/**
 * Reads a request's head in one pass over its raw fields (never over Node's merged ones, which silently drop the second
 * of two), and says how it is passed on or why it is refused.
 */
export function readHead(raw: RawRequest, peer: Peer, options: HeadOptions): RequestHead | BadRequest {
  const method = raw.method ?? '';
  const written = raw.url ?? '';
  if (raw.httpVersionMajor !== 1 || raw.httpVersionMinor > 1) return bad(505, 'HTTP/1.0 and HTTP/1.1 are spoken here');
  if (written.length > options.limits.urlBytes) return bad(414, 'the URL is too long');
  if (raw.rawHeaders.length > 2 * options.limits.headerFields) return bad(431, 'too many header fields');
  const target = readTarget(method, written);
  if (!target) return bad(400, 'the request target is not for this server');
  const found = new Findings();
  const fields = passedFields(raw.rawHeaders, found, options.forwarded);
  const trouble = framingTrouble(raw, found);
  if (trouble) return trouble;
  const host = target.authority ?? found.host ?? '';
  if (!isHost(host)) return bad(400, 'the Host field is not a host');
  addForwarded(fields, found, peer, host);
  return {
    method,
    url: target.url,
    host,
    fields: found.connection === '' ? fields : withoutListed(fields, found.connection),
    contentLength: found.contentLength,
    chunked: found.codings > 0,
    // RFC 9110 section 10.1.1: ignored from an HTTP/1.0 client.
    expects: found.expect !== undefined && raw.httpVersionMinor === 1,
    trailers: found.trailers,
    upgrade: found.upgrade !== undefined && lists(found.connection, 'upgrade') ? found.upgrade : undefined,
  };
}

function passedFields(raw: readonly string[], found: Findings, forwarded: 'append' | 'replace'): string[] {
  const fields: string[] = [];
  for (let n = 0; n < raw.length; n += 2) {
    const name = raw[n] ?? '';
    const value = raw[n + 1] ?? '';
    const kind = kindOf(name);
    if (kind === undefined) fields.push(name, value);
    else if (kind === 'forwarded' || kind.startsWith('x-')) {
      if (forwarded === 'append') keepForwarded(kind, name, value, found, fields);
    } else note(kind, value, found, fields);
  }
  return fields;
}

function note(kind: string, value: string, found: Findings, fields: string[]): void {
  if (kind === 'host') {
    found.host = value;
    found.hosts++;
  } else if (kind === 'connection') {
    // Nearly every request says just this; it lists no field.
    if (value !== 'keep-alive' && value !== 'close') found.connection += `,${value.toLowerCase()}`;
  } else if (kind === 'content-length') found.contentLength = Number(value);
  else if (kind === 'transfer-encoding') {
    found.codings++;
    found.coding = value.toLowerCase();
  } else if (kind === 'upgrade') found.upgrade = found.upgrade === undefined ? value : `${found.upgrade}, ${value}`;
  else if (kind === 'expect') found.expect = value;
  else if (kind === 'te') {
    // We pass trailers on, so we may say so; other codings are between the client and us.
    if (lists(value.toLowerCase(), 'trailers')) fields.push('te', 'trailers');
  } else if (kind === 'trailer') {
    found.trailers = true;
    fields.push('trailer', value);
  }
}

function keepForwarded(kind: string, name: string, value: string, found: Findings, fields: string[]): void {
  if (kind === 'x-forwarded-for') found.forwardedFor += found.forwardedFor === '' ? value : `, ${value}`;
  else if (kind === 'x-forwarded-proto') found.forwardedProto ??= value;
  else if (kind === 'x-forwarded-host') found.forwardedHost ??= value;
  else fields.push(name, value);
}

function addForwarded(fields: string[], found: Findings, peer: Peer, host: string): void {
  fields.push(
    'x-forwarded-for',
    found.forwardedFor === '' ? peer.address : `${found.forwardedFor}, ${peer.address}`,
    'x-forwarded-proto',
    found.forwardedProto ?? peer.scheme,
    'x-forwarded-host',
    found.forwardedHost ?? host,
  );
}

/**
 * What Node's parser leaves to us of RFC 9112 sections 3.2, 6.1 and 6.3. It already refuses Content-Length beside
 * Transfer-Encoding, two of either, a coding after `chunked`, and white space before the colon.
 */
function framingTrouble(raw: RawRequest, found: Findings): BadRequest | undefined {
  if (found.hosts > 1) return bad(400, 'two Host fields');
  if (found.codings > 0) {
    if (raw.httpVersionMinor === 0) return bad(400, 'Transfer-Encoding in an HTTP/1.0 request');
    if (found.codings > 1 || found.contentLength !== undefined) return bad(400, 'ambiguous length of the body');
    if (found.coding !== 'chunked') return bad(501, 'the only transfer coding understood is chunked');
  }
  if (found.contentLength !== undefined && !Number.isSafeInteger(found.contentLength)) {
    return bad(400, 'Content-Length is not a length');
  }
  if (found.expect !== undefined && found.expect.toLowerCase() !== '100-continue') {
    return bad(417, 'the only expectation understood is 100-continue');
  }
  return undefined;
}

/** Fields that `Connection` lists go no further; those that say whom the request is for, or that we set, are not the client's to remove. */
function withoutListed(fields: string[], connection: string): string[] {
  const listed = new Set(connection.split(',').map((name) => name.trim()));
  const kept: string[] = [];
  for (let n = 0; n < fields.length; n += 2) {
    const name = fields[n] ?? '';
    const lower = name.toLowerCase();
    if (!listed.has(lower) || lower === 'te' || lower.startsWith('x-forwarded-')) kept.push(name, fields[n + 1] ?? '');
  }
  return kept;
}

function lists(value: string, token: string): boolean {
  return value.split(',').some((part) => part.trim() === token);
}

/** uri-host [":" port], RFC 9110 section 7.2, RFC 3986 section 3.2.2. An empty one is allowed. */
function isHost(value: string): boolean {
  return value.length <= 512 && /^(?:\[[\w.~:%-]*\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/.test(value);
}

function bad(status: BadRequest['status'], reason: string): BadRequest {
  return { status, reason };
}
