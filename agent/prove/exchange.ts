import * as http from 'node:http';
import * as https from 'node:https';
import type { Evidence } from '@stopgap/mitigation';
import type { Endpoint } from '../host.ts';

/** Header that marks our own requests in the server's logs. It never changes a verdict. */
export const probeHeader = 'Stopgap-Probe';

/** What became of one request through the real server. */
export type Seen =
  /** The connection was closed or reset before a single response byte. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'answered'; readonly status: number; readonly headers: http.IncomingHttpHeaders }
  /** Nobody there: nothing can be said about the rules. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'timed-out' };

/** Sends evidence to an endpoint. Passed in, so that tests can answer for a server. */
export type SendEvidence = (endpoint: Endpoint, evidence: Evidence, mark: string) => Promise<Seen>;

const timeoutMs = 10_000;

/**
 * Sends one request on a connection of its own, its target and its Host (where it names one) exactly as documented, and stops at the response's head. TLS
 * certificates are not checked: the request goes to this machine, and nothing secret is in it.
 */
export const sendEvidence: SendEvidence = (endpoint, evidence, mark) =>
  new Promise((resolve) => {
    const { request } = evidence;
    const secure = endpoint.scheme === 'https';
    const headers: [string, string][] = request.headers
      .filter(({ name }) => !['host', 'connection', 'content-length', 'transfer-encoding'].includes(name.toLowerCase()))
      .map(({ name, value }) => [name, value]);
    const named = request.headers.find(({ name }) => name.toLowerCase() === 'host')?.value;
    headers.unshift(['Host', named ?? endpoint.hostHeader]);
    headers.push([probeHeader, mark], ['Connection', 'close']);
    if (request.body !== '') headers.push(['Content-Length', String(Buffer.byteLength(request.body))]);
    const outgoing = (secure ? https : http).request({
      host: endpoint.address,
      port: endpoint.port,
      method: request.method,
      path: request.url,
      headers: headers.flat(),
      setDefaultHeaders: false,
      setHost: false,
      agent: false,
      ...(secure ? { rejectUnauthorized: false, servername: serverName(endpoint.hostHeader) } : {}),
    });
    let connected = false;
    const end = (seen: Seen) => {
      clearTimeout(timer);
      outgoing.destroy();
      resolve(seen);
    };
    const timer = setTimeout(() => end({ kind: 'timed-out' }), timeoutMs);
    outgoing.on('socket', (socket) => socket.once(secure ? 'secureConnect' : 'connect', () => (connected = true)));
    outgoing.on('response', (response) =>
      end({ kind: 'answered', status: response.statusCode ?? 0, headers: response.headers }),
    );
    outgoing.on('upgrade', (response, socket) => {
      socket.destroy();
      end({ kind: 'answered', status: response.statusCode ?? 0, headers: response.headers });
    });
    outgoing.on('error', (error) =>
      end(connected ? { kind: 'closed' } : { kind: 'unreachable', reason: error.message }),
    );
    outgoing.end(request.body);
  });

/** TLS server names are never addresses (RFC 6066 section 3). */
function serverName(hostHeader: string): string {
  const name = hostHeader.replace(/:\d+$/, '');
  return /^[\d.]+$|^\[/.test(name) ? '' : name;
}
