import * as net from 'node:net';
import type { PortWish } from './settings.ts';

/** Whether nobody listens on a loopback port. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The wished port, or the next free one where the wish is only a default. Throws when a named port is taken. */
export async function takePort({ port, named }: PortWish): Promise<number> {
  if (await isFree(port)) return port;
  if (named !== undefined) {
    throw new Error(`port ${port} (${named}) is taken; stop what listens there, or set ${named} to a free port`);
  }
  for (let next = port + 1; next < Math.min(port + 200, 65_536); next++) if (await isFree(next)) return next;
  throw new Error(`no free port from ${port} to ${port + 199}; set STOPGAP_GATEWAY_PORT to one that is free`);
}

/**
 * Starts something on the wished port. Where the wish is only a default and somebody else takes the port at that very moment,
 * the next free one is tried.
 */
export async function startOnFreePort<T>(wish: PortWish, start: (port: number) => Promise<T>): Promise<T> {
  for (let from = wish.port; ; from++) {
    const port = await takePort({ ...wish, port: from });
    try {
      return await start(port);
    } catch (error) {
      if (wish.named !== undefined || from > wish.port + 20 || (await isFree(port))) throw error;
    }
  }
}
