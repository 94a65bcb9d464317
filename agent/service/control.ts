import * as fs from 'node:fs';
import * as net from 'node:net';
import { AgentError } from '../errors.ts';
import type { AgentAnswer, AgentRequest } from './requests.ts';

const mostBytes = 4 * 1024 * 1024;

/** Path of the control socket: in the state folder, or a named pipe on Windows. */
export function controlAddress(socketFile: string): string {
  return process.platform === 'win32'
    ? `\\\\.\\pipe\\stopgap-${Buffer.from(socketFile).toString('hex').slice(-64)}`
    : socketFile;
}

/** Serves requests on the control socket (mode 0600: root only), one JSON line each way. Answers a function that closes it. */
export async function serveControl(
  socketFile: string,
  handle: (request: AgentRequest) => Promise<AgentAnswer>,
): Promise<() => Promise<void>> {
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    readLine(socket)
      .then((line) => handle(JSON.parse(line) as AgentRequest))
      .catch(
        (error: unknown): AgentAnswer => ({
          ok: false,
          code: 'invalid-request',
          message: error instanceof Error ? error.message : String(error),
        }),
      )
      .then((answer) => socket.end(`${JSON.stringify(answer)}\n`));
  });
  if (process.platform !== 'win32') fs.rmSync(socketFile, { force: true });
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(controlAddress(socketFile), resolve);
    });
  } finally {
    process.umask(mask);
  }
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
    });
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

function connect(socketFile: string): Promise<net.Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(controlAddress(socketFile));
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else if (error.code === 'EACCES')
        reject(new AgentError('service-unreachable', `no right to use ${socketFile}: run as root`, error));
      else reject(error);
    });
  });
}

/** The first line, within the cap. */
function readLine(socket: net.Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      received += chunk;
      const end = received.indexOf('\n');
      if (end >= 0) resolve(received.slice(0, end));
      else if (received.length > mostBytes) reject(new Error(`more than ${mostBytes} bytes in one line`));
    });
    socket.once('end', () => reject(new Error('the connection ended early')));
    socket.once('error', reject);
  });
}
