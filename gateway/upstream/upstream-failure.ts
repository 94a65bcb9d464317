import { answer } from '../clients/answer.ts';
import { reasonOf } from '../errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { BodyTooLarge } from '../request/request-body.ts';

const timeouts: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

/**
 * The upstream did not answer, or not to the end. Before the header section has gone out: 504 or 502 with a short text
 * that says nothing of the inside. After: the connection is cut, so that the client cannot take half a response for a whole one.
 */
export function upstreamFailed({ site, connection, request, response }: Exchange, error: Error): void {
  if (error instanceof BodyTooLarge) {
    answer(request, response, { status: 413, text: error.message, close: true });
    return;
  }
  site.tally.upstreamFailures++;
  const code = codeOf(error);
  site.refusals.write('the server behind failed', { upstream: site.config.upstream, code, reason: reasonOf(error) });
  if (response.headersSent) connection.socket.destroy();
  else if (timeouts.has(code))
    answer(request, response, { status: 504, text: 'the server behind did not answer in time' });
  else answer(request, response, { status: 502, text: 'the server behind cannot be reached' });
}

/** The `code` of a system or `undici` error; empty when it has none. */
export function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
