import { connect, type Socket } from 'node:net';
import { startRig } from '../../gateway/testing/rig.ts';
import { must } from '../engine/check.ts';
import type { OpenTarget } from '../engine/target.ts';

/** Rules refuse every URL that has this word in it, in any letter case. */
const refused = 'forbidden';
const rule = `<rewrite><rules><rule name="r"><match url=".*"/><conditions><add input="{UrlDecode:{UNENCODED_URL}}" pattern="${refused}"/></conditions><action type="AbortRequest"/></rule></rules></rewrite>`;

/** Ms after which a connection on which nothing more comes is left: at least so many, and more on a busy machine. */
const leastPatienceMs = 25;
/** So many times what an ordinary answer takes. */
const patience = 20;

/**
 * Bytes on a connection to a running gateway. Whatever they are, nothing that the rule
 * refuses reaches the server behind, and the next connection is served.
 */
export async function openWire(): Promise<OpenTarget> {
  // Only a process may set it, and this is a thread; the control socket of this gateway is nobody's.
  process.umask = () => 0o022;
  const rig = await startRig({
    rules: [{ owner: 'fuzz', revision: 1, index: 0, level: '/', mode: 'enforce', rewrite: rule }],
  });
  const ordinary = 'GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n';
  const start = performance.now();
  await exchange(rig.port, Buffer.from(ordinary), 10_000);
  const patienceMs = Math.max(leastPatienceMs, Math.ceil(patience * (performance.now() - start)));
  let seen = 0;
  return {
    seeds: [
      ordinary,
      'POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
      'POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nTrailer: t\r\n\r\nGET /forbidden HTTP/1.1\r\nHost: h\r\n\r\n',
      'GET /%46orbidden HTTP/1.1\r\nHost: h\r\n\r\n',
      'POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /forbidden HTTP/1.1\r\nHost: h\r\n\r\n',
      'GET http://h/a?b HTTP/1.1\r\nHost: i\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    ],
    words: [
      'Content-Length: ',
      'Transfer-Encoding: chunked\r\n',
      'GET /forbidden HTTP/1.1\r\nHost: h\r\n\r\n',
      'HTTP/1.0',
      'Expect: 100-continue\r\n',
      '\r\n\r\n',
      '0\r\n\r\n',
      'Connection: close\r\n',
    ],
    most: 4096,
    run: async (input) => {
      const answer = await exchange(rig.port, input, patienceMs);
      for (; seen < rig.reached.length; seen++)
        must(!reads(rig.reached[seen] ?? ''), `${rig.reached[seen]} came through`);
      return answer.includes(' 200 ') ? 'accepted' : 'refused';
    },
  };
}

function reads(line: string): boolean {
  return line.toLowerCase().includes(refused);
}

function exchange(port: number, input: Buffer, patienceMs: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket: Socket = connect(port, '127.0.0.1');
  let answer = '';
  const end = () => {
    socket.destroy();
    resolve(answer);
  };
  socket.setTimeout(patienceMs, end).on('error', end).on('close', end);
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1').slice(0, 4096 - Math.min(4096, answer.length));
  });
  // Not closed from this side: Node gives up a request whose client has ended, and nothing would be tried.
  socket.write(input);
  return promise;
}
