import * as net from 'node:net';
import { decodeJson } from '@stopgap/machine';
import { AgentError } from '../errors.ts';
import { controlAddress, controlPlace } from './control-address.ts';
import { decodeRequest } from './decode-request.ts';
import type { AgentAnswer, AgentRequest } from './requests.ts';

const mostBytes = 4 * 1024 * 1024;

/** Caps of the control socket. */
export interface ControlLimits {
  /** Milliseconds that a client has to send its line. */
  readonly lineMs: number;
  /** Clients at one time; one more is turned away. */
  readonly clients: number;
}

const usualLimits: ControlLimits = { lineMs: 10_000, clients: 64 };

/**
 * Serves requests on the control socket (mode 0600: root only; for Windows see `controlPlace`), one JSON line each way.
 * Answers a function that closes it: requests that are being carried out are answered, clients that have not ended their
 * line are turned away.
 */
export async function serveControl(
  socketFile: string,
  handle: (request: AgentRequest) => Promise<AgentAnswer>,
  limits: ControlLimits = usualLimits,
): Promise<() => Promise<void>> {
  const waiting = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    waiting.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => waiting.delete(socket));
    void serveOne(socket, () => waiting.delete(socket), handle, limits);
  });
  server.maxConnections = limits.clients;
  const place = controlPlace(socketFile);
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(place.address, resolve);
    });
  } finally {
    process.umask(mask);
  }
  return () =>
    new Promise((resolve) => {
      place.retract();
      server.close(() => resolve());
      for (const socket of waiting) socket.destroy();
    });
}

/** One client, from its line to our answer. `read` is called once its request is complete. Never throws. */
async function serveOne(
  socket: net.Socket,
  read: () => void,
  handle: (request: AgentRequest) => Promise<AgentAnswer>,
  { lineMs }: ControlLimits,
): Promise<void> {
  const late = setTimeout(() => socket.destroy(new Error(`no whole line after ${lineMs} ms`)), lineMs);
  let answer: AgentAnswer;
  try {
    const request = decodeJson(await readLine(socket), 'request', decodeRequest);
    // How long its request takes to be carried out is not the client's fault.
    clearTimeout(late);
    read();
    answer = await handle(request);
  } catch (error) {
    answer = { ok: false, code: 'invalid-request', message: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(late);
  }
  // What else the client sends is of no interest, and one that never ends its side must not keep us from closing ours.
  socket.resume();
  socket.end(`${JSON.stringify(answer)}\n`, () => socket.destroySoon());
}

/** Asks the running service; `undefined` when none is running. Throws `service-unreachable` when it breaks off. */
export async function askService(socketFile: string, request: AgentRequest): Promise<AgentAnswer | undefined> {
  const socket = await connect(socketFile);
  if (!socket) return undefined;
  socket.end(`${JSON.stringify(request)}\n`);
  try {
    return JSON.parse(await readLine(socket)) as AgentAnswer;
  } catch (error) {
    throw new AgentError(
      'service-unreachable',
      'the agent service ended before it answered; see its log, then: stopgap status',
      error,
    );
  }
}

/** Whether a service is running on this state folder. */
export async function serviceRuns(socketFile: string): Promise<boolean> {
  const socket = await connect(socketFile);
  socket?.destroy();
  return socket !== undefined;
}

async function connect(socketFile: string): Promise<net.Socket | undefined> {
  const address = controlAddress(socketFile);
  if (address === undefined) return undefined;
  return new Promise((resolve, reject) => {
    const socket = net.connect(address);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else if (error.code === 'EACCES')
        reject(new AgentError('service-unreachable', `no right to use ${socketFile}: run as root`, error));
      else reject(error);
    });
  });
}

/** The first line, within the cap. Characters may come in pieces. */
function readLine(socket: net.Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    socket.on('data', (chunk: Buffer) => {
      const end = chunk.indexOf(0x0a);
      size += end < 0 ? chunk.length : end;
      if (size > mostBytes) {
        socket.removeAllListeners('data');
        reject(new Error(`more than ${mostBytes} bytes in one line`));
        return;
      }
      chunks.push(end < 0 ? chunk : chunk.subarray(0, end));
      if (end < 0) return;
      socket.removeAllListeners('data');
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
    socket.once('end', () => reject(new Error('the connection ended early')));
    socket.once('close', () => reject(new Error('the connection was closed')));
    socket.once('error', reject);
  });
}
