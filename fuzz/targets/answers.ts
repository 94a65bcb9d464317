import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { createSecureContext } from 'node:tls';
import { systemClock } from '@stopgap/machine';
import { sendEvidence } from '../../agent/prove/exchange.ts';
import { integer, sequence, tagged } from '../../feed/der.ts';
import { feedHttp } from '../../feed/http/client.ts';
import { OcsError } from '../../feed/ocs/errors.ts';
import { requestTimestamp } from '../../feed/ocs/timestamp-request.ts';
import { Trouble } from '../../feed/trouble.ts';
import { askReload, askStatus, GatewayError } from '../../gateway/contract.ts';
import { must } from '../engine/check.ts';
import type { OpenTarget, Outcome } from '../engine/target.ts';
import { socketFolder } from './socket-folder.ts';

const anyNonce = Buffer.alloc(8, '@');
/** `TimeStampResp` (RFC 3161, section 2.4.2): granted, and a token that says nothing but the nonce. */
const grantedToken = sequence(sequence(integer(0)), sequence(tagged(0x02, anyNonce)));

const body =
  '{"digest":"d","address":{"host":"h","port":1},"rules":{"enforced":1,"observed":0},"counts":{"requests":1,"refused":1,"observed":0,"ruleFailures":0,"upstreamFailures":0}}';
const seeds = [
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  `HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${body}`,
  'HTTP/1.1 422 No\r\nConnection: close\r\n\r\n{"reason":"because"}',
  'HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
  'HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
  'HTTP/1.1 200 Connection established\r\n\r\n',
  'HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n',
  Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'), grantedToken]),
];

/**
 * Answers of a stranger on the gateway's control socket, of a mirror, of a proxy asked for a tunnel, of a timestamp authority, and of the server that
 * evidence is sent to: a status, or an error of the room's own, and an end.
 */
export async function openAnswers(): Promise<OpenTarget> {
  const folder = socketFolder();
  const file = path.join(folder, 'gateway.sock');
  let answer: Buffer = Buffer.alloc(0);
  const respond = (socket: Socket) => {
    socket.on('error', () => {});
    socket.once('data', (question) => socket.end(withNonce(answer, question)));
  };
  const servers = [createServer(respond).listen(file), createServer(respond).listen(0, '127.0.0.1')];
  for (const server of servers) if (!server.listening) await once(server, 'listening');
  const address = servers[1]?.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    seeds,
    words: [
      'HTTP/1.1 ',
      'Content-Length: ',
      '"digest":',
      '"counts":{',
      '"__proto__":',
      'Upgrade: x\r\nConnection: upgrade\r\n',
      'HTTP/1.1 101 Go\r\n',
      '1e400',
      '\r\n\r\n',
    ],
    most: 8 * 1024,
    // Who asks is a matter of the length: each by itself is fast enough.
    run: async (input) => {
      answer = input;
      switch (input.length % 6) {
        case 0:
          return ended(asked(() => askStatus(file)));
        case 1:
          return ended(asked(() => askReload(file)));
        case 2:
          return ended(fetched(port));
        case 3:
          return ended(tunnelled(port));
        case 4:
          return ended(stamped(port, input));
        default:
          return ended(probed(port));
      }
    },
  };
}

/** No answer keeps the one who asked waiting once the connection is closed; half a minute is for busy machines. */
async function ended(outcome: Promise<Outcome>): Promise<Outcome> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('it still waits, and the connection is long closed')), 30_000);
  try {
    return await Promise.race([outcome, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function fetched(port: number): Promise<Outcome> {
  return got(new URL(`http://127.0.0.1:${port}/`), undefined);
}

/** A feed behind a proxy: whatever this one says, nothing is read but over TLS, which nobody speaks here. */
async function tunnelled(port: number): Promise<Outcome> {
  const outcome = await got(new URL('https://feed.example/'), new URL(`http://127.0.0.1:${port}/`));
  must(outcome === 'refused', 'something was read without TLS');
  return outcome;
}

async function got(url: URL, proxy: URL | undefined): Promise<Outcome> {
  const route = { url, proxy, authorities: () => createSecureContext({ ca: [] }), connectTimeoutMs: 60_000 };
  const client = feedHttp(route, { totalMs: 600_000, idleMs: 600_000 }, systemClock);
  try {
    const { body } = await client.get('/x', { maxBytes: 1024 });
    must(body.length <= 1024, 'more was read than may be');
    return 'accepted';
  } catch (error) {
    if (error instanceof Trouble) return 'refused';
    throw error;
  } finally {
    client.close();
  }
}

async function stamped(port: number, answer: Buffer): Promise<Outcome> {
  try {
    const token = await requestTimestamp(`http://127.0.0.1:${port}/`, Buffer.from('a value'), 600_000);
    must(answer.length >= token.length, 'the token is not in the answer');
    return 'accepted';
  } catch (error) {
    if (error instanceof OcsError) return 'refused';
    throw error;
  }
}

/** An answer in which our stand-in for a nonce is the one that was asked with, as an honest authority does. */
function withNonce(said: Buffer, question: Buffer): Buffer {
  const at = said.indexOf(anyNonce);
  if (at < 0 || question.length < 11) return said;
  const nonce = question.subarray(question.length - 3 - anyNonce.length, question.length - 3);
  return Buffer.concat([said.subarray(0, at), nonce, said.subarray(at + anyNonce.length)]);
}

async function probed(port: number): Promise<Outcome> {
  const there = { address: '127.0.0.1', port, scheme: 'http', hostHeader: 'h' } as never;
  const { kind } = await sendEvidence(there, evidence, 'm');
  must(kind === 'closed' || kind === 'answered', `evidence was ${kind}`);
  return kind === 'answered' ? 'accepted' : 'refused';
}

const evidence = { request: { method: 'GET', url: '/', headers: [], body: '' } } as never;

async function asked(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    await work();
    return 'accepted';
  } catch (error) {
    if (error instanceof GatewayError) return 'refused';
    throw error;
  }
}
