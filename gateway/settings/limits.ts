import { type Decoder, object, optional, whole } from '@stopgap/machine';

/** Every cap and time limit of a gateway. Milliseconds and bytes; 0 means "no limit" only where it says so. */
export interface GatewayLimits {
  /** Request line and header fields together, bytes. Above: 431. */
  readonly headerBytes: number;
  /** Header fields of one request. Above: 431. */
  readonly headerFields: number;
  /** Request target, bytes. Above: 414. */
  readonly urlBytes: number;
  /** Request body, bytes; 0: no limit. Above: 413. */
  readonly bodyBytes: number;
  /** Open client connections; above, new ones are closed. 0: no limit. */
  readonly connections: number;
  /** Requests on one client connection that wait for the one before them to be answered; above, the connection is closed. */
  readonly pipelined: number;
  /** From the first byte of a request to the end of its header section. Above: 408. */
  readonly headersMs: number;
  /** From the first byte of a request to the end of its body; 0: no limit. Above: 408. */
  readonly requestMs: number;
  /** A kept-alive client connection without a request is closed after this. */
  readonly keepAliveMs: number;
  /** A client connection on which nothing moves while a request is served is closed after this. */
  readonly idleMs: number;
  /** An upgraded connection (WebSocket) on which nothing moves is closed after this; 0: never. */
  readonly tunnelIdleMs: number;
  /** Connections to the upstream; requests beyond wait for one. */
  readonly upstreamConnections: number;
  /** TCP and TLS handshake with the upstream. Above: 504. */
  readonly upstreamConnectMs: number;
  /** From the request to the upstream's header section. Above: 504. */
  readonly upstreamHeadersMs: number;
  /** Between two pieces of the upstream's body. Above: the client's connection is closed. */
  readonly upstreamBodyMs: number;
  /** An unused connection to the upstream is closed after this, unless the upstream announces its own time. */
  readonly upstreamKeepAliveMs: number;
  /** The upstream's status line and header fields, bytes. Above: 502. */
  readonly upstreamHeaderBytes: number;
  /** How long `close()` waits for requests in flight before it cuts them off. */
  readonly closeMs: number;
}

/**
 * Defaults. The long upstream times are for Exchange: ActiveSync and MAPI hold a request open for minutes on purpose
 * (up to 59 with a heartbeat of that length; raise `upstreamHeadersMs` and `idleMs` together if phones use it).
 */
export const defaultLimits: GatewayLimits = {
  headerBytes: 32 * 1024,
  headerFields: 200,
  urlBytes: 16 * 1024,
  bodyBytes: 0,
  connections: 10_000,
  pipelined: 32,
  headersMs: 20_000,
  requestMs: 300_000,
  keepAliveMs: 65_000,
  idleMs: 960_000,
  tunnelIdleMs: 3_600_000,
  upstreamConnections: 512,
  upstreamConnectMs: 5_000,
  upstreamHeadersMs: 900_000,
  upstreamBodyMs: 900_000,
  upstreamKeepAliveMs: 4_000,
  upstreamHeaderBytes: 64 * 1024,
  closeMs: 10_000,
};

const day = 86_400_000;
const kilo = 1024;

/** Decodes `limits` of the configuration; what is not given has its default. */
export const decodeLimits: Decoder<GatewayLimits> = object({
  headerBytes: optional(whole(kilo, 1024 * kilo), defaultLimits.headerBytes),
  headerFields: optional(whole(10, 10_000), defaultLimits.headerFields),
  urlBytes: optional(whole(64, 1024 * kilo), defaultLimits.urlBytes),
  bodyBytes: optional(whole(0, Number.MAX_SAFE_INTEGER), defaultLimits.bodyBytes),
  connections: optional(whole(0, 1_000_000), defaultLimits.connections),
  pipelined: optional(whole(1, 10_000), defaultLimits.pipelined),
  headersMs: optional(whole(10, day), defaultLimits.headersMs),
  requestMs: optional(whole(0, day), defaultLimits.requestMs),
  keepAliveMs: optional(whole(1, day), defaultLimits.keepAliveMs),
  idleMs: optional(whole(10, day), defaultLimits.idleMs),
  tunnelIdleMs: optional(whole(0, day), defaultLimits.tunnelIdleMs),
  upstreamConnections: optional(whole(1, 65_535), defaultLimits.upstreamConnections),
  upstreamConnectMs: optional(whole(10, 600_000), defaultLimits.upstreamConnectMs),
  upstreamHeadersMs: optional(whole(10, day), defaultLimits.upstreamHeadersMs),
  upstreamBodyMs: optional(whole(10, day), defaultLimits.upstreamBodyMs),
  upstreamKeepAliveMs: optional(whole(1, 600_000), defaultLimits.upstreamKeepAliveMs),
  upstreamHeaderBytes: optional(whole(kilo, 1024 * kilo), defaultLimits.upstreamHeaderBytes),
  closeMs: optional(whole(0, 600_000), defaultLimits.closeMs),
});
