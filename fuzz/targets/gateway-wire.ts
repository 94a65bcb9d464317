import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLog, systemClock, systemFiles } from '@stopgap/machine';
import { formatRulesFile, parseGatewayConfig, startGateway } from '../../gateway/index.ts';
import { echo } from '../../gateway/testing/rig.ts';
import { must } from '../engine/check.ts';
import type { OpenTarget } from '../engine/target.ts';

/** Rules refuse every URL that has this word in it, in any letter case. */
const refused = 'forbidden';
const rule = `<rewrite><rules><rule name="r"><match url=".*"/><conditions><add input="{UrlDecode:{UNENCODED_URL}}" pattern="${refused}"/></conditions><action type="AbortRequest"/></rule></rules></rewrite>`;

/**
 * Sent behind every input: its answer, or the end of the connection, shows that the input is done with, and nothing needs to be
 * waited for. Inputs that swallow it (a body that is longer) end when nothing has stirred on any connection for a while.
 */
const marker = '\r\n\r\nGET /after HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n';
const tickMs = 20;
/** Ticks without anything, each a whole turn of the event loop: on a busy machine they only come later. */
const quietTicks = 3;
/** Connections side by side. */
const atOnce = 512;

/**
 * Bytes on a connection to a running gateway. Whatever they are, nothing that the rule refuses reaches the server behind, and what
 * reaches it is HTTP.
 */
export async function openWire(): Promise<OpenTarget> {
  const quiet = new Quiet();
  const behind = serverBehind(quiet);
  const port = await gatewayBefore(await behind.listening);
  return {
    seeds: [
      'GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
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
    atOnce,
    run: async (input) => {
      const answer = await exchange(port, input, quiet);
      const [wrong] = behind.wrong.splice(0);
      must(wrong === undefined, wrong ?? '');
      return /"url":"(?!\/after")/.test(answer) ? 'accepted' : 'refused';
    },
  };
}

/** Ends what is open once nothing has stirred for some ticks. */
class Quiet {
  readonly #open = new Set<() => void>();
  #ticks = 0;

  constructor() {
    setInterval(() => setImmediate(() => this.#tick()), tickMs).unref();
  }

  started(end: () => void): void {
    this.#open.add(end);
    this.stir();
  }

  ended(end: () => void): void {
    if (this.#open.delete(end)) this.stir();
  }

  stir(): void {
    this.#ticks = 0;
  }

  #tick(): void {
    if (++this.#ticks >= quietTicks) for (const end of [...this.#open]) end();
  }
}

/** Byte by byte, as far as ASCII goes: `%4forbidden` says `Orbidden`. */
function decoded(url: string): string {
  return url.replace(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** Answers with what it saw, and keeps what it should not have seen. */
function serverBehind(quiet: Quiet): { readonly wrong: string[]; readonly listening: Promise<number> } {
  const wrong: string[] = [];
  const server = createServer(echo);
  server.prependListener('request', ({ method, url = '' }) => {
    quiet.stir();
    if (decoded(url).toLowerCase().includes(refused)) wrong.push(`${method} ${url} came through`);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // A client that goes away takes its request to the server behind with it, wherever that is.
    if (error.code?.startsWith('HPE_') && error.code !== 'HPE_INVALID_EOF_STATE')
      wrong.push(`what came through is no HTTP: ${error.message}`);
    socket.destroy();
  });
  const listening = new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    }),
  );
  return { wrong, listening };
}

/** A gateway with the rule, and its port. Its folder is gone once it runs. */
async function gatewayBefore(upstreamPort: number): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'stopgap-fuzz-wire-'));
  const settings = {
    listen: { host: '127.0.0.1', port: 0 },
    upstream: `http://127.0.0.1:${upstreamPort}`,
    rulesFile: path.join(folder, 'rules.json'),
    controlSocket: path.join(folder, 'control.sock'),
  };
  const config = parseGatewayConfig(JSON.stringify(settings), 'fuzz');
  systemFiles.write(
    config.rulesFile,
    formatRulesFile([{ owner: 'fuzz', revision: 1, index: 0, level: '/', mode: 'enforce', rewrite: rule }]),
  );
  // Only a process may set it, and this may be a thread; the control socket of this gateway is nobody's.
  const { umask } = process;
  process.umask = () => 0o022;
  try {
    const { address } = await startGateway(config, { files: systemFiles, clock: systemClock, log: silentLog });
    return address.port;
  } finally {
    process.umask = umask;
    rmSync(folder, { recursive: true });
  }
}

function exchange(port: number, input: Buffer, quiet: Quiet): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let answer = '';
  const end = () => {
    quiet.ended(end);
    socket.destroy();
    resolve(answer);
  };
  quiet.started(end);
  socket
    .on('error', end)
    .on('close', end)
    .on('connect', () => quiet.stir());
  socket.on('data', (chunk) => {
    quiet.stir();
    answer += chunk.toString('latin1').slice(0, 4096 - Math.min(4096, answer.length));
  });
  // Not closed from this side: Node gives up a request whose client has ended, and nothing would be tried.
  socket.write(Buffer.concat([input, Buffer.from(marker)]));
  return promise;
}
