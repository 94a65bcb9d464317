/** One `listen` directive (ngx_http_core_module), as far as a probe needs it. */
export interface Listen {
  /** As written, e.g. `*`, `127.0.0.1`, `::1`, `localhost`; empty for a socket file. */
  readonly address: string;
  /** 0 for a socket file. */
  readonly port: number;
  readonly ssl: boolean;
  readonly defaultServer: boolean;
  /** HTTP/2 asked for on the directive itself: without TLS, nginx before 1.25.1 then speaks nothing else. */
  readonly http2: boolean;
  /** Speaks something a probe does not: a socket file, QUIC, or the PROXY protocol in front of every request. */
  readonly unreachable: boolean;
}

/** What a `server` without a `listen` has when nginx is started by root. */
export const defaultListen: Listen = {
  address: '*',
  port: 80,
  ssl: false,
  defaultServer: false,
  http2: false,
  unreachable: false,
};

/** Reads the parameters of a `listen`; of a range of ports the first one. `undefined` when there is no port in it. */
export function parseListen(parameters: readonly string[]): Listen | undefined {
  const [where = '', ...options] = parameters;
  const spot = where.startsWith('unix:') ? { address: '', port: 0 } : parseAddress(where);
  if (!spot) return undefined;
  return {
    ...spot,
    ssl: options.includes('ssl'),
    defaultServer: options.includes('default_server') || options.includes('default'),
    http2: options.includes('http2') || options.includes('spdy'),
    unreachable: spot.port === 0 || options.includes('quic') || options.includes('proxy_protocol'),
  };
}

function parseAddress(where: string): { address: string; port: number } | undefined {
  const bracketed = /^\[([^\]]*)\](?::(\d+)(?:-\d+)?)?$/.exec(where);
  if (bracketed) return { address: bracketed[1] ?? '', port: Number(bracketed[2] ?? 80) };
  const onlyPort = /^(\d+)(?:-\d+)?$/.exec(where);
  if (onlyPort) return { address: '*', port: Number(onlyPort[1]) };
  const [, address, port] = /^([^:]+)(?::(\d+)(?:-\d+)?)?$/.exec(where) ?? [];
  return address === undefined ? undefined : { address, port: Number(port ?? 80) };
}
