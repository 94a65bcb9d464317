import type { ServerResponse } from 'node:http';

/** Answers with a short text of the gateway's own, and closes the connection when `close`. Does nothing once an answer has begun. */
export function answer(response: ServerResponse, status: number, text: string, close: boolean): void {
  if (response.headersSent || response.destroyed) return;
  const body = Buffer.from(`${text}\n`);
  const fields = ['content-type', 'text/plain; charset=utf-8', 'content-length', String(body.length)];
  if (close) fields.push('connection', 'close');
  response.writeHead(status, fields);
  response.end(body);
}
