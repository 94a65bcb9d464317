import { once } from 'node:events';
import { connect, createServer, type NetConnectOpts } from 'node:net';

const version = 1;
const [beginRequest, params, stdin, stdout] = [1, 4, 5, 6];

function record(type: number, content: Buffer): Buffer {
  const head = Buffer.from([version, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]);
  return Buffer.concat([head, content]);
}

function pair(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.from([name.length, value.length]), Buffer.from(name + value)]);
}

/** Asks a pool for a path by FastCGI (its specification, 3 and 6); answers what it prints, or the error's code. */
export function askPool(address: NetConnectOpts, path = '/ping'): Promise<string> {
  const values = { REQUEST_METHOD: 'GET', SCRIPT_NAME: path, SCRIPT_FILENAME: path, QUERY_STRING: '' };
  const request = Buffer.concat([
    record(beginRequest, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])),
    record(params, Buffer.concat(Object.entries(values).map(([name, value]) => pair(name, value)))),
    record(params, Buffer.alloc(0)),
    record(stdin, Buffer.alloc(0)),
  ]);
  return new Promise((resolve) => {
    const socket = connect(address);
    const chunks: Buffer[] = [];
    socket.setTimeout(15_000, () => socket.destroy(new Error('timeout')));
    socket.on('connect', () => socket.write(request));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    socket.on('close', () => resolve(printed(Buffer.concat(chunks))));
  });
}

function printed(answer: Buffer): string {
  let text = '';
  for (let at = 0; at + 8 <= answer.length; ) {
    const length = answer.readUInt16BE(at + 4);
    if (answer[at + 1] === stdout) text += answer.toString('utf8', at + 8, at + 8 + length);
    at += 8 + length + (answer[at + 6] ?? 0);
  }
  return text;
}

/** A port of the loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
