import * as http from 'node:http';
import * as https from 'node:https';
import type { Commands } from '@stopgap/machine';

/** Something that must still succeed after a change: a URL that answers below 400, or a command that exits with 0. */
export type HealthCheck = { readonly url: string } | { readonly command: readonly string[] };

/** Answers why a check fails, or `undefined` when all succeed. Each has ten seconds. */
export async function failingHealth(checks: readonly HealthCheck[], commands: Commands): Promise<string | undefined> {
  for (const check of checks) {
    const why = 'url' in check ? await urlFails(check.url) : await commandFails(check.command, commands);
    if (why !== undefined) return why;
  }
  return undefined;
}

async function commandFails([file, ...args]: readonly string[], commands: Commands): Promise<string | undefined> {
  if (file === undefined) return 'health check: the command is empty';
  try {
    const { code, stderr } = await commands.run(file, args, { timeoutMs: 10_000 });
    return code === 0 ? undefined : `health check: ${file} exited with ${code} ${stderr.trim().slice(0, 200)}`.trim();
  } catch (error) {
    return `health check: ${error instanceof Error ? error.message : error}`;
  }
}

function urlFails(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = (url.startsWith('https:') ? https : http).get(
      url,
      { agent: false, timeout: 10_000 },
      (response) => {
        const status = response.statusCode ?? 0;
        response.destroy();
        resolve(status < 400 ? undefined : `health check: ${url} answers ${status}`);
      },
    );
    request.on('timeout', () => request.destroy(new Error('no answer within 10 seconds')));
    request.on('error', (error) => resolve(`health check: ${url}: ${error.message}`));
  });
}
