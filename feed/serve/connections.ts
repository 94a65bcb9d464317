import type { Server } from 'node:net';
import type { Log } from '@stopgap/machine';

/** How often it is said that connections are turned away, in milliseconds. */
const sayAgainMs = 60_000;

/** Counts a server's connections. Beyond `most`, further ones are closed as they come, which the log says once a minute. */
export function countConnections(server: Server, most: number, log: Log): { readonly open: number } {
  let open = 0;
  let saidAt = Number.NEGATIVE_INFINITY;
  const left = () => {
    open -= 1;
  };
  server.maxConnections = most;
  server.on('connection', (socket) => {
    open += 1;
    socket.on('close', left);
  });
  server.on('drop', () => {
    if (performance.now() - saidAt < sayAgainMs) return;
    saidAt = performance.now();
    log.warn('as many connections as may be are open, and others are turned away; serve the files from a mirror too', {
      most,
    });
  });
  return {
    get open() {
      return open;
    },
  };
}
