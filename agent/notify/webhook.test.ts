import { once } from 'node:events';
import * as fs from 'node:fs';
import * as http from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { systemFiles } from '@stopgap/machine';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Bench, makeBench } from '../testing/bench.ts';
import { decodeNotify } from './config.ts';
import { deliver } from './deliver.ts';
import { notification } from './testing/notification.ts';
import { post } from './webhook.ts';

describe('a webhook', () => {
  let bench: Bench;
  let server: http.Server;
  let requests: { headers: http.IncomingHttpHeaders; body: string }[];
  let status: number;
  beforeEach(async () => {
    bench = makeBench();
    requests = [];
    status = 204;
    server = http.createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        requests.push({ headers: request.headers, body });
        if (status > 0) response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    bench.close();
  });

  const send = async (more: object = {}) => {
    const { port } = server.address() as AddressInfo;
    const entry = { kind: 'webhook', url: `http://127.0.0.1:${port}/secret-path`, timeoutSeconds: 1, ...more };
    const [target] = decodeNotify([entry], 'notify');
    if (target) await deliver(target, notification, { files: systemFiles, commands: bench.parts.commands });
  };

  it('gets the event as JSON with the token of a file', async () => {
    const tokenFile = path.join(bench.folder, 'token');
    fs.writeFileSync(tokenFile, 'abc-123\n', { mode: 0o600 });
    await send({ tokenFile });
    expect(requests[0]?.headers).toMatchObject({
      authorization: 'Bearer abc-123',
      'content-type': 'application/json',
      'idempotency-key': notification.id,
    });
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual(notification);
  });

  it('is not sent a token that others can read', async () => {
    const tokenFile = path.join(bench.folder, 'token');
    fs.writeFileSync(tokenFile, 'abc-123\n', { mode: 0o644 });
    await expect(send({ tokenFile })).rejects.toThrow('chmod 0600');
    expect(requests).toEqual([]);
  });

  it.each([
    ['a failure', 500, /answered 500/],
    ['a redirect, which is not followed', 302, /answered 302/],
    ['silence', 0, /no answer in time/],
  ])('that answers with %s has not taken it; its path is not told', async (_name, code, words) => {
    status = code;
    const failure = await send().catch((error: Error) => error.message);
    expect(failure).toMatch(words);
    expect(failure).not.toContain('secret-path');
  });
});

it('a webhook that is answered with a change of protocol has an end, and failed', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write('HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/secret`;
  const target = {
    kind: 'webhook',
    name: 'n',
    about: [],
    timeoutMs: 60_000,
    url,
    tokenFile: undefined,
    caFile: undefined,
  } as const;
  await expect(post(target, { id: '1' } as never, systemFiles)).rejects.toThrow(
    `127.0.0.1:${port}: ended the connection in place of an answer`,
  );
});

it.each([
  ['is not there', systemFiles],
  ['is empty', { ...systemFiles, read: () => ({ bytes: Buffer.alloc(0), mode: 0o600, uid: 0, gid: 0 }) }],
])(
  'a webhook whose file of authorities %s is not sent to whoever any other authority vouches for',
  async (_what, files) => {
    const target = {
      kind: 'webhook',
      name: 'n',
      about: [],
      timeoutMs: 60_000,
      url: 'https://127.0.0.1:9/',
      tokenFile: undefined,
      caFile: '/no/such/authorities.pem',
    } as const;
    await expect(post(target, { id: '1' } as never, files)).rejects.toThrow(
      '/no/such/authorities.pem is not there, or empty',
    );
  },
);
