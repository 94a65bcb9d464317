import { createServer, type Server } from 'node:http';
import { type Files, type Log, silentLog, systemFiles } from '@stopgap/machine';
import { FeedError } from '../errors.ts';
import { feedLayout } from '../publish/layout.ts';
import { readSettings } from '../publish/settings.ts';
import { answer, type Push, unreadable } from './answer.ts';
import { countConnections } from './connections.ts';
import { descriptorsLeft } from './descriptors.ts';
import { eventListeners } from './events.ts';
import { paceOf } from './pace.ts';
import { roomIn } from './room.ts';
import { staticFiles } from './static.ts';
import { watchTimestamp } from './watch.ts';

/** Where and how to serve. */
export interface ServeOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Most open connections, event streams included. Default 25,000, or as many as this process may hold open beside its files. */
  readonly maxConnections?: number;
  readonly files?: Files;
  readonly log?: Log;
}

/** A feed being served. */
export interface FeedServer {
  /** Where readers point, e.g. `http://127.0.0.1:8030/`. */
  readonly url: string;
  readonly port: number;
  /** Event streams that are open. */
  readonly listeners: number;
  close(): Promise<void>;
}

/**
 * How often one of the 25 groups of listeners is kept alive: each hears something every 25 s, which is shorter than the
 * minute after which many proxies and NATs drop a silent connection.
 */
const keepAliveMs = 1000;

/** How long a connection without a request is kept, and how long while many are fetching. */
const [keepMs, crowdedKeepMs] = [65_000, 1000];
/** Connections that say nothing are looked for often: they stand in the way of those who fetch. */
const limits = {
  maxHeaderSize: 8192,
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 5000,
  keepAliveTimeout: keepMs,
};
/**
 * Serves a feed's repository: static files with their cache headers, and `/events`, which says `look` when a new version
 * is out. Any web server can do the former; only the latter needs us. Throws `feed-missing`, `address-in-use`.
 */
export async function serveFeed(folder: string, options: ServeOptions): Promise<FeedServer> {
  const files = options.files ?? systemFiles;
  const layout = feedLayout(folder);
  readSettings(layout, files);
  const log = options.log ?? silentLog;
  const watched = watchTimestamp(layout.metadata, files, log, (version) => {
    listeners.announce(version);
    pace.go();
  });
  const listeners = eventListeners(watched.version);
  const most = options.maxConnections ?? Math.min(25_000, descriptorsLeft(files));
  const room = roomIn(most);
  const push: Push = { listeners, room, looks: 0, go: () => pace.go() };
  const find = staticFiles(layout.repository, files);
  const server = createServer(limits, (request, response) => {
    try {
      answer(request, response, find, push);
    } catch (error) {
      unreadable(response, error, log);
    }
  });
  const connections = countConnections(server, most, log);
  const fetching = () => connections.open - listeners.count;
  const pace = paceOf(listeners, room, () => ({ open: fetching(), came: push.looks }));
  const timer = setInterval(() => {
    listeners.keepAlive();
    server.keepAliveTimeout = fetching() > room.fetching / 2 ? crowdedKeepMs : keepMs;
  }, keepAliveMs);
  const stop = () => {
    clearInterval(timer);
    pace.stop();
    watched.stop();
    listeners.close();
  };
  const port = await listen(server, options).catch((error) => {
    stop();
    throw error;
  });
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}/`,
    port,
    get listeners() {
      return listeners.count;
    },
    close: async () => {
      stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Connections that wait to be taken, as far as the kernel allows: a crowd that was just told comes at once. */
const backlog = 4096;

function listen(server: Server, { host, port }: ServeOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'the port is taken; name another' : error.message;
      reject(new FeedError('address-in-use', `cannot listen on ${host}:${port}: ${reason}`, error));
    });
    server.listen({ port, host, backlog }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
