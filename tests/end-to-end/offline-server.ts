/**
 * Run in a network namespace of its own: a real nginx, a real agent state, and a feed that comes as bundles only. Prints what
 * it saw as JSON. `bundle.real.test.ts` starts it.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import path from 'node:path';
import { type Said, stopgap } from './command-line.ts';
import { startNginx } from './nginx-server.ts';

/** What is done there, in order. */
export interface Step {
  /** Bundle to take. */
  readonly bundle: string;
  readonly policy?: { readonly organisation?: object; readonly server?: object };
}

/** What was seen after a step. */
export interface Seen {
  readonly interfaces: readonly string[];
  readonly check: Said;
  readonly status: Said;
  readonly overview: {
    readonly feeds: readonly {
      name: string;
      version: number | null;
      staleDays: number;
      trouble: { step: string } | null;
    }[];
    readonly warnings: readonly string[];
    readonly mitigations: readonly { id: string; state: string; reason: string }[];
  };
  /** What became of a request that each mitigation refuses, by id. */
  readonly attacks: Readonly<Record<string, string>>;
  readonly ordinary: string;
}

if (import.meta.main) {
  const [state = '', steps = '[]', ids = '[]', url = ''] = process.argv.slice(2);
  const nginx = await startNginx();
  try {
    const feed = {
      name: 'stick',
      rootFile: path.join(state, 'root.json'),
      ...(url === '' ? {} : { url, proxy: 'direct' }),
    };
    const products = [{ product: 'thing', detector: 'declared', build: '1.2.3' }];
    fs.writeFileSync(
      path.join(state, 'agent.json'),
      JSON.stringify({ feeds: [feed], hosts: [nginx.hostConfig], products }),
    );
    const seen: Seen[] = [];
    for (const step of JSON.parse(steps) as Step[]) seen.push(await take(step, JSON.parse(ids) as string[]));
    process.stdout.write(JSON.stringify(seen));
  } finally {
    await nginx.stop();
  }

  async function take({ bundle, policy = {} }: Step, known: readonly string[]): Promise<Seen> {
    fs.mkdirSync(path.join(state, 'policy'), { recursive: true });
    for (const [level, said] of Object.entries(policy)) {
      fs.writeFileSync(path.join(state, 'policy', `${level}.json`), JSON.stringify(said));
    }
    const check = await stopgap(state, 'check', '--bundle', bundle);
    const status = await stopgap(state, 'status');
    const overview = JSON.parse((await stopgap(state, 'status', '--json')).out) as Seen['overview'];
    const attacks: Record<string, string> = {};
    for (const id of known) attacks[id] = await nginx.outcome(`/attack/${id}`);
    const interfaces = Object.keys(os.networkInterfaces());
    return { interfaces, check, status, overview, attacks, ordinary: await nginx.outcome('/') };
  }
}
