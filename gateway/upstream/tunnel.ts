import { type Duplex, pipeline } from 'node:stream';
import type { Exchange } from '../exchange/exchange.ts';

/** Two ends to join after `101 Switching Protocols`. */
export interface TunnelEnds {
  readonly exchange: Exchange;
  /** Fields of the 101 response. */
  readonly fields: readonly string[];
  readonly upstream: Duplex;
  /** Bytes that came with the 101, and with the request. */
  readonly fromUpstream: Buffer;
  readonly fromClient: Buffer;
}

/** Tells the client that its protocol is switched, and passes bytes both ways until either end closes or both are silent for `tunnelIdleMs`. */
export function openTunnel({ exchange, fields, upstream, fromUpstream, fromClient }: TunnelEnds): void {
  const { response, connection, site } = exchange;
  const client = connection.socket;
  response.detachSocket(client);
  let head = 'HTTP/1.1 101 Switching Protocols\r\n';
  for (let n = 0; n < fields.length; n += 2) head += `${fields[n]}: ${fields[n + 1]}\r\n`;
  client.write(`${head}\r\n`, 'latin1');
  if (fromUpstream.length > 0) client.write(fromUpstream);
  if (fromClient.length > 0) upstream.write(fromClient);
  const { tunnelIdleMs } = site.config.limits;
  client.setTimeout(tunnelIdleMs, () => client.destroy());
  connection.tunnel = true;
  const end = () => {
    client.destroy();
    upstream.destroy();
  };
  client.setNoDelay(true);
  pipeline(client, upstream, (error) => error && end());
  pipeline(upstream, client, (error) => error && end());
  // An end that came before the pipes were laid is not seen by them.
  if (client.readableEnded) upstream.end();
  client.once('close', end);
  upstream.once('close', () => client.destroySoon());
}
