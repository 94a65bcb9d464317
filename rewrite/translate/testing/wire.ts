import net from 'node:net';

/** A request byte for byte: one character is one byte. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly host: string;
  readonly headers: readonly (readonly [string, string])[];
}

/** What came back; status 0: the connection was closed without a byte. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** Sends one request over a connection of its own. */
export function send(to: string | { readonly port: number }, request: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const connection = typeof to === 'string' ? net.connect(to) : net.connect(to.port, '127.0.0.1');
    const chunks: Buffer[] = [];
    connection.on('data', (chunk) => chunks.push(chunk));
    connection.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve(parse(Buffer.concat(chunks)));
      else reject(error);
    });
    connection.on('close', () => resolve(parse(Buffer.concat(chunks))));
    connection.setTimeout(30_000, () => connection.destroy(new Error(`no answer to ${request.url}`)));
    const lines = request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const head = `${request.method} ${request.url} HTTP/1.1\r\nHost: ${request.host}\r\nConnection: close\r\n${lines}\r\n`;
    connection.write(Buffer.from(head, 'latin1'));
  });
}

function parse(bytes: Buffer): WireAnswer {
  const text = bytes.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return { status: 0, headers: [], body: '' };
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = lines.map((line): readonly [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(first.split(' ')[1]), headers, body: text.slice(end + 4) };
}

/** Runs tasks side by side, so many at once. */
export async function sideBySide<T, R>(
  items: readonly T[],
  atOnce: number,
  task: (item: T, at: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at];
      if (item !== undefined) results[at] = await task(item, at);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
