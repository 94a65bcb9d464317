import { createServer, type Server, type Socket } from 'node:net';
import { RawClient } from './raw-client.ts';

/** A repeatable source of choices (Park and Miller's generator). */
export class Choices {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(count: number): number {
    this.#state = (this.#state * 48_271) % 2_147_483_647;
    return this.#state % count;
  }

  of<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0];
  }
}

const ok = 'HTTP/1.1 200 OK\r\n';

/** What an upstream may do to a connection on which bytes have come. */
const misdeeds: readonly [(socket: Socket) => void, ...((socket: Socket) => void)[]] = [
  (s) => s.write(`${ok}Content-Length: 5\r\n\r\nhello`),
  (s) => s.write(`${ok}Content-Length: 200000\r\n\r\n${'z'.repeat(200_000)}`),
  (s) => s.destroy(),
  (s) => s.resetAndDestroy(),
  (s) => s.write(`${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nhel`, () => s.destroy()),
  (s) => s.end(`${ok}Content-Length: 50\r\n\r\nhello`),
  (s) => s.write(`HTTP/1.1 103 Early Hints\r\nLink: not a link\r\n\r\n${ok}Content-Length: 0\r\n\r\n`),
  (s) => s.write('garbage\r\n\r\n'),
  (s) =>
    s.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nx', () =>
      s.destroy(),
    ),
  (s) => s.end('HTTP/1.1 401 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno'),
  (s) => s.write(`HTTP/1.1 100 Continue\r\n\r\n${ok}Content-Length: 1\r\n\r\ny`),
  (s) => s.write(`HTTP/1.1 204 No\r\n\r\n${ok}Content-Length: 0\r\n\r\n`),
  (s) => s.write(`${ok}Trailer: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\na: \xfc\r\n\r\n`, 'latin1'),
  (s) => s.write('HTTP/1.1 200 \xfc\r\nX: \xfc\r\nContent-Length: 0\r\n\r\n', 'latin1'),
];

/** An upstream that does one of them at a time. */
export function chaoticUpstream(choices: Choices): Server {
  return createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => {
      const deed = choices.of(misdeeds);
      setTimeout(() => socket.writable && deed(socket), choices.below(4));
    });
  });
}

const head = 'HTTP/1.1\r\nHost: h\r\n';

/** What a client may send. */
const requests: readonly [string, ...string[]] = [
  `GET / ${head}\r\n`,
  `HEAD / ${head}\r\n`,
  `GET / ${head}Connection: close\r\n\r\n`,
  'GET / HTTP/1.0\r\n\r\n',
  `POST / ${head}Content-Length: 5\r\n\r\nhello`,
  `POST / ${head}Content-Length: 50000\r\n\r\n${'x'.repeat(20_000)}`,
  `PUT / ${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  `PUT / ${head}Transfer-Encoding: chunked\r\nTrailer: a\r\n\r\n5\r\nhello\r\n0\r\na: b\r\n\r\n`,
  `PUT / ${head}Transfer-Encoding: chunked\r\n\r\n186a1\r\n${'y'.repeat(100_001)}\r\n0\r\n\r\n`,
  `POST / ${head}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n`,
  `GET /ws ${head}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\nabc`,
  `GET /autodiscover?powershell ${head}\r\n`,
  `GET /autodiscover?powershell ${head}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\nabc`,
  `OPTIONS * ${head}\r\n`,
  `CONNECT a:1 ${head}\r\n`,
  `GET / ${head}Transfer-Encoding: gzip, chunked\r\n\r\n`,
  'garbage',
  '\0\0\0',
];

/** One client: a few requests, perhaps not to their end, and then it goes in one way or another. Resolves when it is gone. */
export async function chaoticClient(port: number, choices: Choices): Promise<void> {
  const client = new RawClient(port);
  if (choices.below(10) === 0) client.socket.pause();
  for (let n = choices.below(4); n >= 0; n--) {
    const text = choices.of(requests);
    const cut = choices.below(7) === 0;
    client.write(cut ? text.slice(0, choices.below(text.length)) : text);
    if (cut) break;
  }
  const leave = choices.of([
    () => client.socket.destroy(),
    () => client.socket.resetAndDestroy(),
    () => client.socket.end(),
    () => setTimeout(() => client.socket.destroy(), 40),
  ]);
  setTimeout(leave, choices.below(20));
  setTimeout(() => client.socket.destroy(), 500);
  await client.closed;
}
