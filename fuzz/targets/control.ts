import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { decodeJson, systemClock } from '@stopgap/machine';
import { sendEvidence } from '../../agent/prove/exchange.ts';
import { serveControl } from '../../agent/service/control.ts';
import { decodeRequest } from '../../agent/service/decode-request.ts';
import { feedHttp } from '../../feed/http/client.ts';
import { Trouble } from '../../feed/trouble.ts';
import { askReload, askStatus, GatewayError } from '../../gateway/contract.ts';
import { must } from '../engine/check.ts';
import { mutateJson } from '../engine/mutate-json.ts';
import type { OpenTarget, Outcome } from '../engine/target.ts';

/** Lines on the agent's control socket: each gets an answer of one line, and a request means the same written again. */
export async function openAgentControl(): Promise<OpenTarget> {
  const folder = socketFolder();
  const file = path.join(folder, 'agent.sock');
  const wrong: string[] = [];
  await serveControl(
    file,
    async (request) => {
      const again = decodeJson(JSON.stringify(request), 'it', decodeRequest);
      if (!isDeepStrictEqual(again, request)) wrong.push(`written again, it is another: ${JSON.stringify(request)}`);
      return { ok: true, text: request.ask } as never;
    },
    { lineMs: 600_000, clients: 1000 },
  );
  return {
    seeds: [
      '{"ask":"look","actor":"a"}\n',
      '{"ask":"look","actor":"a","bundle":{"file":"/f","name":"n","feed":"x"}}\n',
      '{"ask":"apply","actor":"a","ids":["b"],"documents":[{"file":"f","document":"<a/>"}]}\n',
      '{"ask":"apply","actor":"a","ids":"all","documents":[]}\n',
      '{"ask":"block","actor":"a","id":"i","reason":"r","keep":true}\n',
      '{"ask":"approve","actor":"a","id":"i","revision":2}\n{"ask":"mode","actor":"a","mode":"observe"}\n',
    ],
    words: ['"ask":"', '"__proto__":', '"enable"', '"unblock"', '"remove"', '"text":"', '\\u0000', '1e400', '\n'],
    most: 16 * 1024,
    atOnce: 64,
    mutate: mutateJson,
    run: async (input) => {
      const socket = connect(file);
      socket.end(Buffer.concat([input, Buffer.from('\n')]));
      const answer = await everything(socket);
      must(/^\{[^\n]*\}\n$/.test(answer), `the answer is no line: ${JSON.stringify(answer.slice(0, 200))}`);
      const [first] = wrong.splice(0);
      must(first === undefined, first ?? '');
      const { ok } = JSON.parse(answer);
      return ok === true ? 'accepted' : 'refused';
    },
  };
}

/**
 * Answers of a stranger on the gateway's control socket, of a mirror, and of the server that evidence is sent to: a status, or an error of the
 * room's own, and an end.
 */
export async function openAnswers(): Promise<OpenTarget> {
  const folder = socketFolder();
  const file = path.join(folder, 'gateway.sock');
  let answer: Buffer = Buffer.alloc(0);
  const respond = (socket: Socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer));
  };
  const servers = [createServer(respond).listen(file), createServer(respond).listen(0, '127.0.0.1')];
  for (const server of servers) if (!server.listening) await once(server, 'listening');
  const address = servers[1]?.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const body =
    '{"digest":"d","address":{"host":"h","port":1},"rules":{"enforced":1,"observed":0},"counts":{"requests":1,"refused":1,"observed":0,"ruleFailures":0,"upstreamFailures":0}}';
  return {
    seeds: [
      `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      `HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${body}`,
      'HTTP/1.1 422 No\r\nConnection: close\r\n\r\n{"reason":"because"}',
      'HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      'HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
    ],
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
      switch (input.length % 4) {
        case 0:
          return ended(asked(() => askStatus(file)));
        case 1:
          return ended(asked(() => askReload(file)));
        case 2:
          return ended(fetched(port));
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

async function fetched(port: number): Promise<Outcome> {
  const url = new URL(`http://127.0.0.1:${port}/`);
  const route = { url, proxy: undefined, authorities: () => undefined as never, connectTimeoutMs: 60_000 };
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

async function everything(socket: Socket): Promise<string> {
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => (text += chunk));
  await once(socket, 'close');
  return text;
}

/** A folder for sockets, gone when the process has ended. */
function socketFolder(): string {
  // Only a process may set it, and a run is a thread of its own; these sockets are nobody's.
  if (!isMainThread) process.umask = () => 0o022;
  const folder = mkdtempSync(path.join(tmpdir(), 'stopgap-fuzz-control-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
