import { createHash, randomBytes } from 'node:crypto';
import { integer, octets, sequence, tagged } from '../der.ts';
import { partsOf, readDer, sequenceOf } from './der.ts';
import { smallIntegerOf } from './der-values.ts';
import { OcsError } from './errors.ts';
import { ocsLimits } from './limits.ts';

/** `AlgorithmIdentifier` of SHA-256. */
const sha256 = Buffer.from('300d06096086480165030402010500', 'hex');

/**
 * Asks a timestamp authority (RFC 3161 over HTTP, section 3.4) for a token over `value`. Publishers use it: what comes back
 * is checked by whoever reads the document. Rejects with `OcsError` `countersignature` naming the authority.
 */
export async function requestTimestamp(url: string, value: Buffer, timeoutMs = 30_000): Promise<Buffer> {
  const nonce = Buffer.concat([Buffer.of(0x40), randomBytes(7)]);
  const imprint = sequence(sha256, octets(createHash('sha256').update(value).digest()));
  const body = sequence(integer(1), imprint, tagged(0x02, nonce), Buffer.of(0x01, 0x01, 0xff));
  const answer = await post(url, body, timeoutMs);
  const [status, token] = sequenceOf(readDer(answer, `answer of ${url}`), `answer of ${url}`);
  const code = smallIntegerOf(status && partsOf(status)[0], `answer of ${url}: status`);
  // 0: granted, 1: granted with modifications (section 2.4.2).
  if (code > 1 || !token) throw refused(url, `it refused with status ${code}`);
  if (token.bytes.indexOf(nonce) < 0) throw refused(url, 'its answer is to another question');
  return token.bytes;
}

async function post(url: string, body: Buffer, timeoutMs: number): Promise<Buffer> {
  const headers = { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' };
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body), signal, redirect: 'error' });
    if (answer.status !== 200 || !answer.body) throw refused(url, `it answered with status ${answer.status}`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body) {
      size += chunk.length;
      if (size > ocsLimits.countersignatureBytes) throw refused(url, 'its answer is too long');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof OcsError) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw refused(url, `it cannot be reached (${cause})`, error);
  }
}

function refused(url: string, why: string, cause?: unknown): OcsError {
  return new OcsError('countersignature', `no countersignature from ${url}: ${why}`, cause);
}
