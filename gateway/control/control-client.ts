import { request } from 'node:http';
import { type Decoder, decodeJson, MachineError, object, text, whole } from '@stopgap/machine';
import { GatewayError } from '../errors.ts';
import type { GatewayStatus } from './control-server.ts';

const count = whole(0, Number.MAX_SAFE_INTEGER);
const decodeStatus = object({
  digest: text(80),
  address: object({ host: text(255), port: whole(0, 65_535) }),
  rules: object({ enforced: count, observed: count }),
  counts: object({
    requests: count,
    refused: count,
    observed: count,
    ruleFailures: count,
    upstreamFailures: count,
  }),
});
/** What rules say stands in it, with whatever characters they have; shown on one line. */
const sentence: Decoder<string> = (value, place) => {
  if (typeof value === 'string') return value.replace(/\p{Cc}+/gu, ' ').slice(0, 64 * 1024);
  throw new MachineError('invalid-json', `${place}: expected a text`);
};
const decodeRefusal = object({ reason: sentence });

/** How long the control socket may take, ms: compiling many rules takes some of it. */
const answerMs = 30_000;
const maxAnswerBytes = 256 * 1024;

/** Asks a running gateway how it is. Throws `GatewayError` `not-running` or `control-failed`. */
export async function askStatus(socket: string): Promise<GatewayStatus> {
  const { status, body } = await ask(socket, 'GET', '/status');
  if (status !== 200) throw strange(socket, status);
  return decoded(socket, body, decodeStatus);
}

/**
 * Has a running gateway read its rules file. Throws `GatewayError`: `rules-refused` with its reason (the old rules stay),
 * `not-running` or `control-failed`.
 */
export async function askReload(socket: string): Promise<GatewayStatus> {
  const { status, body } = await ask(socket, 'POST', '/reload');
  if (status === 422) throw new GatewayError('rules-refused', decoded(socket, body, decodeRefusal).reason);
  if (status !== 200) throw strange(socket, status);
  return decoded(socket, body, decodeStatus);
}

function decoded<T>(socket: string, body: string, decoder: Decoder<T>): T {
  try {
    return decodeJson(body, `answer of ${socket}`, decoder);
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    const reason = `what answers on ${socket} is no gateway of this version (${error.message}); check "controlSocket"`;
    throw new GatewayError('control-failed', reason, error);
  }
}

function strange(socket: string, status: number): GatewayError {
  return new GatewayError(
    'control-failed',
    `${socket} answers ${status}, which no gateway does; check "controlSocket"`,
  );
}

function ask(socket: string, method: string, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      const gone = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
      reject(
        gone
          ? new GatewayError('not-running', `no gateway answers on ${socket}`, error)
          : new GatewayError('control-failed', `the gateway at ${socket} cannot be asked: ${error.message}`, error),
      );
    };
    const asked = request({ socketPath: socket, method, path, agent: false, timeout: answerMs }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxAnswerBytes) asked.destroy(new Error(`it answers with more than ${maxAnswerBytes} bytes`));
        else chunks.push(chunk);
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
      answer.on('error', failed);
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${answerMs} ms`)));
    asked.on('error', failed);
    asked.on('upgrade', (_answer, other) => {
      other.destroy();
      failed(new Error('it changes to another protocol'));
    });
    asked.end();
  });
}
