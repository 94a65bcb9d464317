import * as net from 'node:net';

/** Sends one request exactly as written and answers all bytes that came back: `''` when the connection was just closed. */
export function rawRequest(port: number, target: string, headers: readonly string[] = []): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    const lines = [`GET ${target} HTTP/1.1`, 'Host: site.example', ...headers, 'Connection: close'];
    let answer = '';
    socket.setEncoding('latin1');
    socket.once('connect', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? resolve(answer) : reject(error),
    );
    socket.once('close', () => resolve(answer));
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer within 10 seconds')));
  });
}

/** `refused` (closed without a byte) or the status. */
export async function outcomeOf(port: number, target: string, headers: readonly string[] = []): Promise<string> {
  const answer = await rawRequest(port, target, headers);
  return answer === '' ? 'refused' : (/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? `not HTTP: ${answer.slice(0, 40)}`);
}
