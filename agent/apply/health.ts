import * as http from 'node:http';
import * as https from 'node:https';
import type { Commands } from '@stopgap/machine';

/** Something that must still succeed after a change: a URL that answers below 400, or a command that exits with 0. */
export type HealthCheck = { readonly url: string } | { readonly command: readonly string[] };

/** Answers why a check fails, or `undefined` when all succeed. Each has `withinMs`. */
export async function failingHealth(
  checks: readonly HealthCheck[],
  commands: Commands,
  withinMs = 10_000,
): Promise<string | undefined> {
  for (const check of checks) {
    const why =
      'url' in check ? await urlFails(check.url, withinMs) : await commandFails(check.command, commands, withinMs);
    if (why !== undefined) return why;
  }
  return undefined;
}

async function commandFails(
  [file, ...args]: readonly string[],
  commands: Commands,
  timeoutMs: number,
): Promise<string | undefined> {
  if (file === undefined) return 'health check: the command is empty';
  try {
    const { code, stderr } = await commands.run(file, args, { timeoutMs });
    return code === 0 ? undefined : `health check: ${file} exited with ${code} ${stderr.trim().slice(0, 200)}`.trim();
  } catch (error) {
    return `health check: ${error instanceof Error ? error.message : error}`;
  }
}

function urlFails(url: string, withinMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = (url.startsWith('https:') ? https : http).get(url, { agent: false }, (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      resolve(status < 400 ? undefined : `health check: ${url} answers ${status}`);
    });
    // Of the whole, not of silence: one that sends a byte now and then would keep us for ever.
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${withinMs / 1000} seconds`)), withinMs);
    // Also without an error: Node ends a request that is answered with a change of protocol (101).
    request.on('close', () => {
      clearTimeout(timer);
      resolve(`health check: ${url} ended the connection in place of an answer`);
    });
    request.on('error', (error) => resolve(`health check: ${url}: ${error.message}`));
  });
}
