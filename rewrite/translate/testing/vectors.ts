import fs from 'node:fs';
import path from 'node:path';
import type { WireRequest } from './wire.ts';

const folder = path.join(import.meta.dirname, '../../../../shared/fixtures/vectors');

/** Whether the shared vectors are there; a repository that stands alone has none. */
export const vectorsThere = fs.existsSync(path.join(folder, 'attacks.json'));

/** What belongs to the connection and to the body, which is not sent. */
const framing = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'upgrade', 'expect']);

interface Vector {
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  };
}

/** The requests of `attacks.json` or `benign.json`; none where they are absent. */
export function vectors(name: 'attacks' | 'benign'): readonly WireRequest[] {
  if (!vectorsThere) return [];
  const list: readonly Vector[] = JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), 'utf8'));
  return list.map(({ request }) => ({
    method: request.method,
    url: request.url,
    host: request.headers.Host ?? 'localhost',
    headers: Object.entries(request.headers).filter(([header]) => !framing.has(header.toLowerCase())),
  }));
}
