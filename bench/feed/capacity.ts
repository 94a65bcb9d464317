import { connect, type Socket } from 'node:net';
import type { Figure } from '../service/figure.ts';
import type { Day } from './day.ts';
import { verdict } from './nothing-new.ts';
import type { ServeProcess } from './serve-process.ts';

const atOnce = 64;

/** How many conditional requests a second one `stopgap feed serve` answers while the load generator has the other core. */
export async function capacityFigures(server: ServeProcess, day: Day, seconds: number): Promise<readonly Figure[]> {
  const tag = await currentTag(server.port);
  const fresh = await load(server, tag, seconds, true);
  const kept = await load(server, tag, seconds, false);
  const need = `busiest second ${day.peakPerSecond}, mean ${day.meanPerSecond.toFixed(0)}`;
  return [
    {
      what: 'requests/s, a connection each',
      figure: `${fresh.perSecond.toFixed(0)} answered 304, ${fresh.cpuEach.toFixed(0)} µs CPU each`,
      yardstick: `${need}; ${(fresh.perSecond / day.peakPerSecond).toFixed(0)} × the need ${verdict(fresh.perSecond > day.peakPerSecond)}`,
    },
    {
      what: 'requests/s, connections kept',
      figure: `${kept.perSecond.toFixed(0)} answered 304, ${kept.cpuEach.toFixed(0)} µs CPU each`,
      yardstick: `all started within a minute: ${day.startPerSecond} ${verdict(kept.perSecond > day.startPerSecond)}`,
    },
  ];
}

function currentTag(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(requestFor('close')));
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(/^etag: (.*?)\r$/im.exec(answer)?.[1] ?? '')).on('error', reject);
  });
}

/** As the agent sends it. */
function requestFor(connection: string, tag?: string): string {
  const condition = tag === undefined ? '' : `if-none-match: ${tag}\r\n`;
  return `GET /metadata/timestamp.json HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: stopgap\r\naccept-encoding: identity\r\n${condition}connection: ${connection}\r\n\r\n`;
}

interface Load {
  readonly perSecond: number;
  /** Of the server, microseconds. */
  readonly cpuEach: number;
}

async function load({ port, cpu }: ServeProcess, tag: string, seconds: number, fresh: boolean): Promise<Load> {
  const cpuBefore = cpu();
  const started = performance.now();
  const until = started + seconds * 1000;
  let answered = 0;
  const work = async () => {
    let socket: Socket | undefined;
    while (performance.now() < until) {
      socket ??= await open(port);
      await ask(socket, requestFor('keep-alive', tag));
      answered++;
      if (fresh) {
        socket.resetAndDestroy();
        socket = undefined;
      }
    }
    socket?.destroy();
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return {
    perSecond: (answered * 1000) / (performance.now() - started),
    cpuEach: ((cpu() - cpuBefore) * 1000) / answered,
  };
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

function ask(socket: Socket, request: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error) => {
      socket.off('data', hear).off('close', closed);
      if (error) reject(error);
      else resolve();
    };
    const hear = (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      if (!text.startsWith('HTTP/1.1 304')) end(new Error(`expected 304: ${text.slice(0, 100)}`));
      else if (text.includes('\r\n\r\n')) end();
    };
    const closed = () => end(new Error('the server closed the connection'));
    socket.on('data', hear).once('close', closed);
    socket.write(request);
  });
}
