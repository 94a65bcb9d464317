import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Passes an interim response on (RFC 9110 section 15.2): 102 and 103, to clients that know of them. One that Node would not
 * write, such as a Link that is none, is left out: the final response says all that matters.
 */
export function passInterim(
  request: IncomingMessage,
  response: ServerResponse,
  status: number | undefined,
  link: string | readonly string[] | undefined,
): void {
  if (request.httpVersionMinor === 0 || response.headersSent) return;
  try {
    if (status === 102) response.writeProcessing();
    else if (status === 103 && link !== undefined) response.writeEarlyHints({ link: [link].flat() });
  } catch {
    // Nothing was written: Node looks before it writes.
  }
}
