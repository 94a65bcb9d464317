import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Patience } from '../../agent/service/pause.ts';
import { monotonicMs } from './monotonic.ts';

/**
 * Where the feed is, and from which of this machine's addresses to listen: each has as many ports as there are. Fetches come from the
 * common one: where an address is named, the kernel looks for a port among all that were used of late, at a millisecond each.
 */
interface Place {
  readonly port: number;
  readonly localAddress: string;
}

/** What becomes of an agent. */
interface Progress {
  /** It hears the push channel, and knows the version that is out. */
  readonly connected: () => void;
  /** It has fetched a version that it was told of, at this time (`monotonicMs`). */
  readonly done: (at: number) => void;
  /** A look did not come to its end, and is tried again. */
  readonly retried: () => void;
  /** The push connection was lost, and is opened again. */
  readonly lost: () => void;
}

/** As the real reader has it. */
const silenceMs = 15_000;

/** Documents that all agents of this process have, so that only new ones are fetched. */
const known = new Set<string>();
let firstTargets: Promise<void> | undefined;

/** An agent in as little memory and time as will do: a push connection, and on a hint the requests that the real one makes, in its order. */
export function simulatedAgent(place: Place, progress: Progress): { start(): void } {
  let seen: string | undefined;
  const hear = (text: string) => {
    const [, id] = /^id: (\d+)/m.exec(text) ?? [];
    if (!text.includes('event: look') || id === undefined || id === seen) return;
    const first = seen === undefined;
    seen = id;
    if (first) {
      firstTargets ??= fetchUntilDone(place, progress);
      void firstTargets.then(progress.connected);
      return;
    }
    const spread = Number(/^spread: (\d+)/m.exec(text)?.[1] ?? 0);
    setTimeout(
      () => void fetchUntilDone(place, progress).then(() => progress.done(monotonicMs())),
      Math.random() * spread,
    );
  };
  const start = () => {
    const socket = connect({ ...place, host: '127.0.0.1' }, () =>
      socket.write(
        'GET /events HTTP/1.1\r\nhost: h\r\nuser-agent: stopgap\r\naccept: text/event-stream\r\nconnection: close\r\n\r\n',
      ),
    );
    socket.on('data', (chunk) => hear(chunk.toString('latin1')));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      progress.lost();
      setTimeout(start, 500 + Math.random() * 1000);
    });
  };
  return { start };
}

/** Tries again as often and as patiently as the agent's service does. */
async function fetchUntilDone(place: Place, progress: Progress): Promise<void> {
  const patience = new Patience();
  const outcome = { troubles: new Map([['own', 'http'] as const]), failed: false };
  for (;;) {
    try {
      return await fetchAll(place);
    } catch {
      progress.retried();
      await delay(patience.next(outcome, 3_600_000, Math.random));
    }
  }
}

interface Metadata {
  readonly signed: {
    readonly meta: Readonly<Record<string, { readonly version: number }>>;
    readonly targets: Readonly<Record<string, { readonly hashes: { readonly sha256: string } }>>;
  };
}

/** Timestamp, the root after this one, snapshot, targets, and the documents that are new: one connection. */
async function fetchAll({ port }: Place): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  try {
    const get = getter(socket);
    const json = async (path: string): Promise<Metadata> => JSON.parse((await get(path)).toString());
    const timestamp = await json('/metadata/timestamp.json');
    await get('/metadata/2.root.json');
    const snapshot = await json(`/metadata/${timestamp.signed.meta['snapshot.json']?.version}.snapshot.json`);
    const targets = await json(`/metadata/${snapshot.signed.meta['targets.json']?.version}.targets.json`);
    const fresh = Object.entries(targets.signed.targets).map(([name, { hashes }]) => targetPath(name, hashes.sha256));
    const missing = fresh.filter((path) => !known.has(path));
    for (const path of missing) await get(path);
    if (known.size === 0) for (const path of missing) known.add(path);
  } finally {
    socket.destroy();
  }
}

function targetPath(name: string, hash: string): string {
  const at = name.lastIndexOf('/') + 1;
  return `/targets/${name.slice(0, at)}${hash}.${name.slice(at)}`;
}

/** GET after GET on a connection; answers the body. */
function getter(socket: Socket): (path: string) => Promise<Buffer> {
  let waiting: { resolve: (body: Buffer) => void; reject: (error: Error) => void } | undefined;
  let chunks: Buffer[] = [];
  socket.setTimeout(silenceMs, () => socket.destroy());
  socket.on('error', (error) => waiting?.reject(error));
  socket.on('close', () => waiting?.reject(new Error('the server closed the connection')));
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    const whole = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    const head = whole.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/^content-length: (\d+)/im.exec(whole.toString('latin1', 0, head))?.[1]);
    if (Number.isNaN(length))
      return waiting?.reject(new Error(`an answer without length: ${whole.toString('latin1', 0, head)}`));
    if (whole.length < head + 4 + length) return;
    chunks = [];
    waiting?.resolve(whole.subarray(head + 4));
  });
  return (path) =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      socket.write(
        `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: stopgap\r\naccept-encoding: identity\r\n\r\n`,
      );
    });
}
