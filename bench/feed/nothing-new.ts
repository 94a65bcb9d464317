import { connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { tufSource } from '@stopgap/feed';
import type { Figure } from '../service/figure.ts';
import type { BenchFeed } from './made-feed.ts';
import type { ServeProcess } from './serve-process.ts';

/** What went over a connection. */
interface Traffic {
  sent: string;
  received: string;
}

/** What a look costs on the wire while nothing is new, headers included, counted at the socket: the agent's own reader against `stopgap feed serve`. */
export async function nothingNewFigures(feed: BenchFeed, server: ServeProcess): Promise<readonly Figure[]> {
  const traffic: Traffic = { sent: '', received: '' };
  const relay = createServer((socket) => forward(socket, server.port, traffic));
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const address = relay.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const source = tufSource({
    name: 'bench',
    url: `http://127.0.0.1:${port}/`,
    root: feed.root,
    stateFolder: path.join(feed.scratch, 'one'),
    proxy: 'direct',
  });
  const first = await lookOnce(source, traffic);
  const second = await lookOnce(source, traffic);
  relay.close();
  const bytes = second.sent.length + second.received.length;
  return [
    {
      what: 'nothing new, requests',
      figure: `${requestsIn(second)}, answered ${/HTTP\/1\.1 (\d+)/.exec(second.received)?.[1]}`,
      yardstick: `target 1, 304; ${verdict(requestsIn(second) === 1 && second.received.includes(' 304 '))}`,
    },
    {
      what: 'nothing new, bytes on the wire',
      figure: `${second.sent.length} sent, ${second.received.length} received`,
      yardstick: `target < 1,000 together; ${bytes} ${verdict(bytes < 1000)}`,
    },
    {
      what: 'first look of a new agent',
      figure: `${requestsIn(first)} requests, ${(first.received.length / 1000).toFixed(1)} kB received`,
      yardstick: 'the whole feed, 7 documents',
    },
  ];
}

/** `met`, or that it is not. */
export function verdict(holds: boolean): string {
  return holds ? '(met)' : '(NOT MET)';
}

async function lookOnce(source: ReturnType<typeof tufSource>, traffic: Traffic): Promise<Traffic> {
  Object.assign(traffic, { sent: '', received: '' });
  const look = await source.look();
  if (!look.ok) throw new Error(`a look failed: ${look.trouble.reason}`);
  return { ...traffic };
}

function requestsIn({ sent }: Traffic): number {
  return sent.match(/^GET /gm)?.length ?? 0;
}

function forward(socket: Socket, port: number, traffic: Traffic): void {
  const onward = connect(port, '127.0.0.1');
  socket.on('data', (chunk) => {
    traffic.sent += chunk.toString('latin1');
  });
  onward.on('data', (chunk) => {
    traffic.received += chunk.toString('latin1');
  });
  socket.pipe(onward).pipe(socket);
  for (const one of [socket, onward]) one.on('error', () => one.destroy());
}
