import * as http from 'node:http';
import * as https from 'node:https';
import type { Files } from '@stopgap/machine';
import type { WebhookTarget } from './config.ts';
import type { Notification } from './events.ts';

/** Posts it. Throws an error that names host and status, but neither path nor token: both may be secrets. */
export async function post(target: WebhookTarget, notification: Notification, files: Files): Promise<void> {
  const url = new URL(target.url);
  const body = JSON.stringify(notification);
  const token = target.tokenFile === undefined ? undefined : tokenIn(target.tokenFile, files);
  const status = await send(url, body, {
    method: 'POST',
    agent: false,
    timeout: target.timeoutMs,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'stopgap',
      'idempotency-key': notification.id,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(target.caFile === undefined ? {} : { ca: authoritiesIn(target.caFile, files) }),
  });
  if (status < 200 || status > 299) throw new Error(`${url.host} answered ${status}`);
}

function tokenIn(file: string, files: Files): string {
  const found = files.read(file, 64 * 1024);
  if (!found) throw new Error(`${file} is not there`);
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    throw new Error(`${file} can be read by others, and holds a token: chmod 0600 ${file}`);
  }
  const token = found.bytes.toString('utf8').split('\n', 1)[0]?.trim() ?? '';
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Error(`${file}: the first line is no token`);
  return token;
}

/** Without them Node would believe all that it knows. */
function authoritiesIn(file: string, files: Files): Buffer {
  const found = files.read(file, 1024 * 1024);
  if (found && found.bytes.length > 0) return found.bytes;
  throw new Error(`${file} is not there, or empty; it is to hold the authorities that are believed`);
}

function send(url: URL, body: string, options: https.RequestOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${url.host}: ${why}`));
    const request = (url.protocol === 'https:' ? https : http).request(url, options, (response) => {
      // Of the answer only the status counts; what else it says is not read.
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    const timer = setTimeout(() => request.destroy(new Error('no answer in time')), options.timeout);
    // Also without an error: Node ends a request that is answered with a change of protocol (101).
    request.on('close', () => {
      clearTimeout(timer);
      fail('ended the connection in place of an answer');
    });
    request.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    request.end(body);
  });
}
