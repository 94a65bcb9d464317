import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askService, serveControl } from './control.ts';
import { controlAddress } from './control-address.ts';
import type { AgentAnswer, AgentRequest } from './requests.ts';

let folder: string;
let socketFile: string;
let handled: AgentRequest[];
let carryOut: (request: AgentRequest) => Promise<AgentAnswer>;
let close: () => Promise<void>;
const done: AgentAnswer = { ok: true, done: [], said: 'done' };

/** Serves; `lineMs` is how long a client has for its line. */
async function serve(lineMs: number): Promise<void> {
  close = await serveControl(
    socketFile,
    (request) => {
      handled.push(request);
      return carryOut(request);
    },
    { lineMs, clients: 4 },
  );
}

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-control-'));
  socketFile = path.join(folder, 'agent.sock');
  handled = [];
  carryOut = async () => done;
  await serve(600_000);
});

afterEach(async () => {
  await close();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function client(): Promise<net.Socket> {
  const socket = net.connect({ path: controlAddress(socketFile) ?? '', allowHalfOpen: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes back until the other side closes. */
function answerTo(socket: net.Socket): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    socket.on('data', (chunk) => {
      said += chunk;
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(said));
  });
}

/** Sends a line without ending our side; the answer. */
async function say(line: string | Buffer): Promise<string> {
  const socket = await client();
  socket.write(line);
  return await answerTo(socket);
}

const me = { actor: 'me' } as const;
const requests: readonly AgentRequest[] = [
  { ...me, ask: 'look' },
  { ...me, ask: 'look', bundle: { file: '/b', name: 'b', feed: undefined } },
  { ...me, ask: 'apply', ids: 'all', documents: [] },
  { ...me, ask: 'apply', ids: ['A'], documents: [{ file: 'a.xml', text: '<?xml?>\n\t<ä/>\n' }] },
  { ...me, ask: 'remove', id: 'A', reason: 'because' },
  { ...me, ask: 'block', id: 'A', reason: 'because', keep: true },
  { ...me, ask: 'unblock', id: 'A' },
  { ...me, ask: 'approve', id: 'A', revision: undefined },
  { ...me, ask: 'approve', id: 'A', revision: 3 },
  { ...me, ask: 'enable', on: false },
  { ...me, ask: 'mode', mode: 'observe' },
];

describe('the control socket', () => {
  it('is for its owner alone', () => {
    expect(fs.statSync(socketFile).mode & 0o777).toBe(0o600);
  });

  it('takes every request that there is, as it was sent', async () => {
    for (const request of requests) expect(await askService(socketFile, request)).toEqual(done);
    expect(handled).toEqual(requests);
  });

  it.each([
    ['no JSON', 'hello', 'is not JSON'],
    ['an empty line', '', 'is not JSON'],
    ['no object', '[1]', 'ask nothing is not known'],
    ['an unknown ask', '{"actor":"me","ask":"reboot"}', 'ask "reboot" is not known; known are look, apply, remove'],
    ['a property of every object as ask', '{"actor":"me","ask":"constructor"}', 'ask "constructor" is not known'],
    ['an unknown key', '{"actor":"me","ask":"look","force":true}', 'unknown key "force"'],
    ['a missing key', '{"actor":"me","ask":"remove","id":"A"}', 'reason: expected a text'],
    ['another type', '{"actor":"me","ask":"enable","on":"yes"}', 'on: expected true or false'],
    ['an actor that begins a line of its own', '{"actor":"me\\nroot","ask":"look"}', 'actor: expected a text'],
    ['a mode that is none', '{"actor":"me","ask":"mode","mode":"off"}', 'mode: expected one of'],
  ])('refuses %s, naming it, and carries nothing out', async (_name, line, words) => {
    const answer = JSON.parse(await say(`${line}\n`));
    expect(answer).toMatchObject({ ok: false, code: 'invalid-request', message: expect.stringContaining(words) });
    expect(handled).toEqual([]);
  });

  it('refuses a line beyond its cap while it comes', async () => {
    const answer = await say(Buffer.alloc(5 * 1024 * 1024, 'x'));
    expect(answer === '' || answer.includes('more than 4194304 bytes')).toBe(true);
    expect(handled).toEqual([]);
  });

  it('takes characters that come in pieces', async () => {
    const socket = await client();
    const bytes = Buffer.from(`${JSON.stringify({ ...me, ask: 'unblock', id: 'ä€' })}\n`);
    for (const byte of bytes) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(JSON.parse(await answerTo(socket))).toEqual(done);
    expect(handled).toMatchObject([{ id: 'ä€' }]);
  });

  it('turns a client away that does not end its line', async () => {
    await close();
    await serve(300);
    expect(await say('{"actor":')).toBe('');
    expect(await askService(socketFile, { ...me, ask: 'look' })).toEqual(done);
  });

  it('answers a request that takes longer than a client has for its line', async () => {
    await close();
    await serve(100);
    carryOut = async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return done;
    };
    expect(await askService(socketFile, { ...me, ask: 'look' })).toEqual(done);
  });

  it('closes at once though clients hang, but answers what is being carried out', async () => {
    const hung = await Promise.all([client(), client()]);
    hung[0]?.write('{"actor"');
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    carryOut = async () => {
      begun.resolve();
      await finish.promise;
      return done;
    };
    const asked = askService(socketFile, { ...me, ask: 'look' });
    await begun.promise;
    const closed = close();
    await Promise.all(hung.map((socket) => answerTo(socket)));
    finish.resolve();
    expect(await asked).toEqual(done);
    await closed;
  });

  it('closes though a client that was answered keeps its side open', async () => {
    const socket = await client();
    socket.write(`${JSON.stringify({ ...me, ask: 'look' })}\n`);
    const [said] = await once(socket, 'data');
    expect(JSON.parse(String(said))).toEqual(done);
    await close();
    socket.destroy();
  });
});

it.skipIf(process.platform === 'win32')(
  'a state folder whose path is too long for a socket is told so, by name',
  async () => {
    const file = `/tmp/${'x'.repeat(120)}/agent.sock`;
    await expect(askService(file, { ask: 'look', actor: 'anna' })).rejects.toThrow(
      /agent\.sock has 136 bytes, and that of a socket may have 10[37]; choose a state folder with a shorter path/,
    );
  },
);
