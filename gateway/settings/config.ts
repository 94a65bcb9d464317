import {
  type Decoder,
  decodeJson,
  type Files,
  listOf,
  MachineError,
  object,
  oneOf,
  optional,
  text,
  whole,
} from '@stopgap/machine';
import { GatewayError, reasonOf } from '../errors.ts';
import { decodeLimits, defaultLimits, type GatewayLimits } from './limits.ts';

/** What a gateway is told by its configuration file (JSON, the same keys). */
export interface GatewayConfig {
  /** Where clients connect. Port 0: a free one, which `GET /status` on the control socket names. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Origin of the server behind, e.g. `http://127.0.0.1:8081`: scheme, host, port, nothing else. */
  readonly upstream: string;
  /** For an `https` upstream: who may have signed its certificate (PEM), and the name it must be for. Default: the system's, and the host of `upstream`. */
  readonly upstreamTls?: { readonly caFile?: string; readonly serverName?: string };
  /** Written by the agent (`rules-file.ts`); need not exist. */
  readonly rulesFile: string;
  /** Path of a Unix domain socket, or `\\.\pipe\…` on Windows. Whoever may write to it may have the rules read again. */
  readonly controlSocket: string;
  /** An administrator's own rules: a file with one `<rewrite>` element. */
  readonly ownRules?: string;
  /** Serve HTTPS with this certificate chain and key (PEM). */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /**
   * `X-Forwarded-For`, `-Proto` and `-Host`. `replace`: whatever clients claim is taken out and what this gateway sees is
   * put in. `append`: for a gateway behind another proxy that is trusted. Default `replace`.
   */
  readonly forwarded: 'append' | 'replace';
  /**
   * Protocols that a client may upgrade a connection to; `*` is any that does not carry HTTP requests itself (those would pass the
   * rules by, and are never let through). Default `['*']`.
   */
  readonly upgrades: readonly string[];
  readonly limits: GatewayLimits;
}

const decoder = object({
  listen: object({ host: text(255), port: whole(0, 65_535) }),
  upstream: origin,
  upstreamTls: optional(object({ caFile: optional(text()), serverName: optional(text(255)) })),
  rulesFile: text(),
  controlSocket: text(),
  ownRules: optional(text()),
  tls: optional(object({ certFile: text(), keyFile: text() })),
  forwarded: optional(oneOf('append', 'replace'), 'replace' as const),
  upgrades: optional(listOf(text(64), 32), ['*']),
  limits: optional(decodeLimits, defaultLimits),
});

/** Caps the configuration file, bytes. */
const maxConfigBytes = 64 * 1024;

/**
 * Reads a gateway's configuration. Throws `GatewayError` `invalid-config` with the file, the key and the remedy.
 */
export function readGatewayConfig(file: string, files: Files): GatewayConfig {
  const state = files.read(file, maxConfigBytes);
  if (!state)
    throw new GatewayError('invalid-config', `${file}: there is no such file; write the gateway's configuration there`);
  return parseGatewayConfig(state.bytes.toString('utf8'), file);
}

/** Parses the text of a configuration; `name` is what errors call it. Throws `GatewayError` `invalid-config`. */
export function parseGatewayConfig(source: string, name: string): GatewayConfig {
  try {
    const found = decodeJson(source, name, decoder);
    const { upstreamTls, ownRules, tls, ...rest } = found;
    return {
      ...rest,
      ...(upstreamTls && { upstreamTls: withoutUndefined(upstreamTls) }),
      ...(ownRules !== undefined && { ownRules }),
      ...(tls && { tls }),
    };
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    throw new GatewayError('invalid-config', reasonOf(error), error);
  }
}

function withoutUndefined(tls: { caFile: string | undefined; serverName: string | undefined }) {
  return {
    ...(tls.caFile !== undefined && { caFile: tls.caFile }),
    ...(tls.serverName !== undefined && { serverName: tls.serverName }),
  };
}

/** `Decoder` of an http(s) origin; comes back normalised (`http://127.0.0.1:8081`). */
function origin(value: unknown, place: string): string {
  const written = text(2048)(value, place);
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const scheme = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (!url || !scheme || url.pathname !== '/' || url.search || url.hash || url.username || url.password) {
    throw new MachineError(
      'invalid-json',
      `${place}: expected the origin of the server behind, e.g. "http://127.0.0.1:8081" (no path, no user), found ${JSON.stringify(written)}`,
    );
  }
  return url.origin;
}

/** Whether the gateway itself speaks `https` to clients. */
export function schemeOf(config: Pick<GatewayConfig, 'tls'>): 'http' | 'https' {
  return config.tls ? 'https' : 'http';
}

export type { Decoder };
