import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';

/** What an answer of the gateway's own consists of. */
export interface OwnAnswer {
  readonly status: number;
  /** Default: the usual one for the status. */
  readonly reason?: string;
  /** Name, value, … beside those for a plain text. */
  readonly fields?: readonly string[];
  readonly text: string;
  /** Close the connection afterwards; always so when the request's body has not been read. */
  readonly close?: boolean;
}

/**
 * Answers in the upstream's place. Always plain text: what a rule captured from a URL must not run as a script. Does nothing
 * once an answer has begun. Throws, before a byte is sent, when status, reason or fields cannot stand in a response.
 */
export function answer(request: IncomingMessage, response: ServerResponse, own: OwnAnswer): void {
  if (response.headersSent || response.destroyed) return;
  const body = Buffer.from(own.text === '' ? '' : `${own.text}\n`);
  const fields = [...(own.fields ?? [])];
  if (own.status !== 204 && own.status !== 304) {
    fields.push('content-type', 'text/plain; charset=utf-8', 'x-content-type-options', 'nosniff');
    fields.push('content-length', String(body.length));
  }
  if (own.close || !request.complete) fields.push('connection', 'close');
  // Always said: a response of the upstream may have failed on its own reason phrase just before.
  response.writeHead(own.status, own.reason ?? STATUS_CODES[own.status] ?? '', fields);
  response.end(body);
}
