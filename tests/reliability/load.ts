import * as http from 'node:http';
import { setTimeout } from 'node:timers/promises';

/** What became of the requests of one load. */
export interface LoadResult {
  readonly requests: number;
  /** Each that got another answer than it should, or none. */
  readonly failed: readonly string[];
  /**
   * Requests on a kept connection that the server closed before the first byte of an answer, sent again on a new one, as
   * RFC 9112, 9.3.1 has clients do; counted so that nobody has to wonder.
   */
  readonly retried: number;
}

/** What is asked again and again. */
export interface Asked {
  readonly port: number;
  readonly path: string;
  readonly host: string;
  readonly expect: RegExp;
}

type Outcome = { readonly ok: true } | { readonly ok: false; readonly why: string; readonly reused: boolean };

/** Requests that are on their way. */
export interface Load {
  /** Resolves when so many more have had their answer. */
  more(count: number): Promise<void>;
  stop(): Promise<LoadResult>;
}

/** Sends requests without a pause, on kept and on new connections alike, until `stop` is called. */
export function startLoad(asked: Asked, clients = 8): Load {
  let going = true;
  let requests = 0;
  let answered = 0;
  let retried = 0;
  const failed: string[] = [];
  const client = async (kept: boolean) => {
    const agent = new http.Agent({ keepAlive: kept, maxSockets: 1 });
    while (going) {
      requests++;
      let outcome = await ask(asked, agent);
      if (!outcome.ok && outcome.reused) {
        retried++;
        outcome = await ask(asked, new http.Agent({ keepAlive: false }));
      }
      if (!outcome.ok) failed.push(outcome.why);
      answered++;
    }
    agent.destroy();
  };
  const running = Array.from({ length: clients }, (_, n) => client(n % 2 === 0));
  return {
    more: async (count) => {
      for (const until = answered + count; answered < until; ) await setTimeout(1);
    },
    stop: async () => {
      going = false;
      await Promise.all(running);
      return { requests, failed, retried };
    },
  };
}

function ask({ port, path, host, expect }: Asked, agent: http.Agent): Promise<Outcome> {
  return new Promise((resolve) => {
    const request = http.get({ port, path, agent, host: '127.0.0.1', headers: { host }, timeout: 20_000 });
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('error', (error) => resolve({ ok: false, why: `cut off: ${error.message}`, reused: false }));
      response.on('end', () => {
        const said = `${response.statusCode} ${body}`;
        resolve(expect.test(said) ? { ok: true } : { ok: false, why: said.slice(0, 80), reused: false });
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 20 s')));
    request.on('error', (error) => resolve({ ok: false, why: error.message, reused: request.reusedSocket }));
  });
}
