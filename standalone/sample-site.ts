import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SampleSite {
  readonly port: number;
  close(): Promise<void>;
}

/** A small site that answers like the front end of a mail server: every request gets 200 and a page that names its path. */
export async function startSampleSite(): Promise<SampleSite> {
  const server = http.createServer((request, response) => {
    request.resume();
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'self'",
    });
    response.end(
      `<!doctype html><title>Sample site</title><h1>Sample site</h1><p>${escapeHtml(request.method ?? '')} ${escapeHtml(request.url ?? '')}</p>\n`,
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
