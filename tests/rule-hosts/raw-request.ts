import net from 'node:net';

/** What became of one request: its status, or that the connection was closed without a byte. */
export type Answer = number | 'closed' | 'unreachable';

/** Sends one request on a connection of its own, its target exactly as given. */
export async function request(port: number, target: string, host?: string, more?: string): Promise<Answer> {
  const said = await converse(port, target, host, more);
  if (said === undefined) return 'unreachable';
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(said)?.[1];
  return status ? Number(status) : 'closed';
}

/** The whole answer to one request; `undefined`: nobody there. `more`: further header lines, each with its line end. */
export function converse(port: number, target: string, host = 'a.example', more = ''): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    let said = '';
    let connected = false;
    socket.setTimeout(20_000, () => socket.destroy());
    socket.on('connect', () => {
      connected = true;
      socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\n\r\n`);
    });
    socket.on('data', (chunk) => {
      said += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(connected ? said : undefined));
  });
}
