import * as fs from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import type { Files } from '@stopgap/machine';
import { GatewayError, reasonOf } from '../errors.ts';
import type { Tally } from '../site.ts';

/** `GET /status`, and `POST /reload` when it succeeds. */
export interface GatewayStatus {
  /** Digest of the rules in force (`rules-file.ts`). */
  readonly digest: string;
  readonly address: { readonly host: string; readonly port: number };
  readonly rules: { readonly enforced: number; readonly observed: number };
  readonly counts: Tally;
}

/** What the control socket may ask of a gateway. */
export interface Controlled {
  status(): GatewayStatus;
  /** Reads the rules file and puts it in force; throws with the reason, and then the old rules stay. */
  reload(): void;
}

/**
 * Serves the control socket: HTTP on a Unix domain socket that only the owner may open (a named pipe on Windows). Throws
 * `GatewayError` `address-in-use` when another gateway answers there.
 */
export async function openControl(path: string, controlled: Controlled, files: Files): Promise<Server> {
  const server = createServer((request, response) => handle(controlled, request, response));
  server.requestTimeout = 5_000;
  server.maxConnections = 32;
  if (process.platform !== 'win32') files.makeFolder(dirname(path));
  await takeOver(path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new GatewayError('cannot-listen', `cannot listen on the control socket ${path}: ${error.message}`, error)),
    );
    // Node binds before `listen` returns, so the socket is never open to others, not for a moment.
    const mask = process.umask(0o177);
    server.listen(path, resolve);
    process.umask(mask);
  });
  if (process.platform !== 'win32') fs.chmodSync(path, 0o600);
  return server;
}

function handle(controlled: Controlled, request: IncomingMessage, response: ServerResponse): void {
  const reply = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
    response.end(`${JSON.stringify(body)}\n`);
  };
  request.resume();
  const asked = `${request.method} ${request.url}`;
  if (asked === 'GET /status') reply(200, controlled.status());
  else if (asked === 'POST /reload') {
    try {
      controlled.reload();
      reply(200, controlled.status());
    } catch (error) {
      reply(422, { reason: reasonOf(error) });
    }
  } else reply(404, { reason: `${asked} is not known here; GET /status and POST /reload are` });
}

/** A socket file that a killed gateway left behind is removed; one that answers is not ours to take. */
async function takeOver(path: string): Promise<void> {
  if (process.platform === 'win32' || !fs.existsSync(path)) return;
  const alive = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve(true);
    });
    probe.on('error', () => resolve(false));
  });
  if (alive) {
    throw new GatewayError(
      'address-in-use',
      `another gateway answers on the control socket ${path}; stop it or change "controlSocket"`,
    );
  }
  if (!fs.lstatSync(path).isSocket()) {
    throw new GatewayError('cannot-listen', `${path} is not a socket; change "controlSocket" or move the file away`);
  }
  fs.rmSync(path, { force: true });
}
