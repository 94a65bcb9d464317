import * as fs from 'node:fs';
import path from 'node:path';
import { type Clock, silentLog, systemCommands, systemFiles } from '@stopgap/machine';
import { inMemory } from '@stopgap/machine/testing';
import { inlineXsd, type ProductFacts } from '@stopgap/mitigation';
import { Journal, Library, type MitigationSource, type Parts, type SourceLook } from '../index.ts';
import type { Seen } from '../prove/exchange.ts';
import { documentText } from './documents.ts';
import { FakeHost } from './fake-host.ts';

/** An agent on a server in memory, with a real journal in a folder of its own; for tests. */
export interface Bench {
  parts: Parts;
  readonly host: FakeHost;
  readonly clock: { at: number } & Clock;
  readonly folder: string;
  /** What the feed offers: document name → text. `trouble` makes it unreachable. */
  readonly feed: { documents: Map<string, string>; trouble: string | undefined; version: number };
  readonly product: { build: string };
  /** What requests get; by default the fake host's rules decide. */
  answers: (url: string) => Seen;
  close(): void;
}

const start = Date.parse('2026-11-21T12:00:00Z');

export function makeBench(documents: readonly string[] = ['M1']): Bench {
  const folder = fs.mkdtempSync(path.join(inMemory, 'stopgap-agent-'));
  const host = new FakeHost();
  const product = { build: '1.2.3' };
  const clock = testClock();
  const feed: Bench['feed'] = {
    documents: new Map(documents.map((id) => [`${id}.xml`, documentText(id)])),
    trouble: undefined,
    version: 1,
  };
  const journal = Journal.open(path.join(folder, 'journal.sqlite'));
  const bench: Bench = {
    host,
    clock,
    folder,
    feed,
    product,
    answers: (url) => answeredBy(host, url),
    parts: {
      journal,
      library: new Library(inlineXsd),
      sources: [sourceOf(feed, clock)],
      hosts: [host],
      inventory: async () => ({ products: [factsOf(product.build)], problems: new Map() }),
      policyFiles: { organisation: path.join(folder, 'organisation.json'), server: path.join(folder, 'server.json') },
      health: [],
      send: async (_endpoint, evidence) => bench.answers(evidence.request.url),
      proveEvery: 3_600_000,
      files: systemFiles,
      commands: systemCommands,
      clock,
      log: silentLog,
    },
    close: () => {
      journal.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
  return bench;
}

function testClock(): Bench['clock'] {
  const clock = { at: start, now: () => clock.at, elapsed: () => clock.at, sleep: async () => {} };
  return clock;
}

function factsOf(build: string): ProductFacts {
  return { product: 'thing', build, roles: [], updates: [], packages: new Map(), source: 'test' };
}

function answeredBy(host: FakeHost, url: string): Seen {
  const id = /^\/attack\/(.+)$/.exec(url)?.[1];
  const refused = id !== undefined && (host.things.get(`rule:${id}#0`) ?? '').endsWith('enforce');
  return refused ? { kind: 'closed' } : { kind: 'answered', status: 200, headers: {} };
}

function sourceOf(feed: Bench['feed'], clock: Bench['clock']): MitigationSource {
  const documents = () => ({
    version: feed.version,
    signedAt: clock.at,
    expiresAt: clock.at + 86_400_000,
    documents: [...feed.documents].map(([name, text]) => ({ name, bytes: Buffer.from(text) })),
  });
  return {
    name: 'test',
    look: async (): Promise<SourceLook> =>
      feed.trouble === undefined
        ? { ok: true, documents: documents() }
        : { ok: false, trouble: { step: 'dns', reason: feed.trouble } },
    last: documents,
    follow: async () => {},
  };
}
