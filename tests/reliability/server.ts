import * as fs from 'node:fs';
import path from 'node:path';
import {
  Journal,
  Library,
  look,
  type MitigationSource,
  type Parts,
  type Preview,
  preview,
  routineLook,
} from '@stopgap/agent';
import type { World } from '@stopgap/agent/contract';
import { type Clock, silentLog, systemCommands, systemFiles } from '@stopgap/machine';
import { inMemory } from '@stopgap/machine/testing';
import { inlineXsd } from '@stopgap/mitigation';
import { documentText, evidenceFor } from '../../agent/testing/documents.ts';
import type { Laid } from './kinds.ts';

/** A document: its id, and which of its revisions. */
export interface Offered {
  readonly id: string;
  readonly revision: number;
  /** XML of its actions. */
  readonly actions: string;
}

/** How one process of the agent differs from an ordinary one. */
export interface Process {
  readonly clock?: Partial<Clock>;
  readonly between?: (world: World, onDisk: boolean) => World;
  readonly journal?: (journal: Journal) => Journal;
}

const evidence = evidenceFor('/attack');
const library = new Library(inlineXsd);
/** One server with its hosts, an agent's journal, and a feed. Each look is a process of its own. */
export class Server {
  readonly laid: readonly Laid[];
  readonly folder: string;
  /** What the feed offers now. */
  offered: readonly Offered[] = [];
  /** Milliseconds since the epoch, and since the start. */
  now = Date.parse('2026-11-21T12:00:00Z');
  elapsed = 0;

  /** `base`: where its state folder is made. */
  constructor(laid: readonly Laid[], base = inMemory) {
    this.laid = laid;
    this.folder = fs.mkdtempSync(path.join(base, 'stopgap-server-'));
  }

  get journalFile(): string {
    return path.join(this.folder, 'journal.sqlite');
  }

  /** One look by a process that starts and ends with it. */
  async look(process: Process = {}): Promise<void> {
    const journal = Journal.open(this.journalFile);
    try {
      await look(this.#parts(process, process.journal ? process.journal(journal) : journal), routineLook);
    } finally {
      journal.close();
    }
  }

  /** What `stopgap plan` would show. */
  async plan(): Promise<Preview> {
    const journal = Journal.open(this.journalFile);
    try {
      return await preview(this.#parts({}, journal));
    } finally {
      journal.close();
    }
  }

  /** Looks until nothing is left to do: failed attempts rest, so time passes. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      this.now += 2 * 3_600_000;
      await this.look();
      if (this.held() === this.offered.map(keyOf).sort().join(' ')) return;
    }
    throw new Error(
      `does not settle: held ${this.held()}; ${this.read((journal) => JSON.stringify(journal.status()))}`,
    );
  }

  /** What the journal says is in force. */
  held(): string {
    return this.read((journal) =>
      journal
        .held()
        .map((one) => keyOf({ id: one.mitigation, ...one }))
        .sort()
        .join(' '),
    );
  }

  /** Reads the journal. */
  read<T>(what: (journal: Journal) => T): T {
    const journal = Journal.open(this.journalFile);
    try {
      return what(journal);
    } finally {
      journal.close();
    }
  }

  /** All that stands on all hosts. */
  snapshot(): ReadonlyMap<string, string> {
    return new Map(
      this.laid.flatMap(({ bed }, n) => [...bed.snapshot()].map(([name, state]) => [`${n} ${name}`, state])),
    );
  }

  /** What is wrong with any of the servers; empty: nothing. */
  async complaints(): Promise<readonly string[]> {
    const found = await Promise.all(this.laid.map(({ bed }) => bed.complaint()));
    return found.filter((one) => one !== undefined);
  }

  /** Servers that run with something else than what stands on their disk. */
  async stale(): Promise<number> {
    const found = await Promise.all(this.laid.map(({ bed }) => bed.stale?.() ?? false));
    return found.filter(Boolean).length;
  }

  async close(): Promise<void> {
    for (const { bed } of this.laid) await bed.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  #parts({ between, clock: otherClock }: Process, journal: Journal): Parts {
    const clock: Clock = {
      now: () => this.now,
      elapsed: () => this.elapsed,
      sleep: async (ms) => {
        this.elapsed += ms;
      },
      ...otherClock,
    };
    return {
      journal,
      library,
      sources: [sourceOf(this)],
      hosts: this.laid.map(({ bed, onDisk }) => bed.host(between && ((world) => between(world, onDisk)))),
      inventory: async () => ({
        products: [{ product: 'thing', build: '1.2.3', roles: [], updates: [], packages: new Map(), source: 'test' }],
        problems: new Map(),
      }),
      policyFiles: { organisation: path.join(this.folder, 'o.json'), server: path.join(this.folder, 's.json') },
      health: [],
      send: async () => ({ kind: 'unreachable', reason: 'nobody is asked' }),
      proveEvery: 3_600_000,
      files: systemFiles,
      commands: systemCommands,
      clock,
      log: silentLog,
    };
  }
}

/** A document in a word. */
export function keyOf({ id, revision }: Pick<Offered, 'id' | 'revision'>): string {
  return `${id}/${revision}`;
}

function sourceOf(server: Server): MitigationSource {
  const documents = () => ({
    version: 1,
    signedAt: server.now,
    expiresAt: server.now + 86_400_000,
    documents: server.offered.map(({ id, revision, actions }) => ({
      name: `${id}.xml`,
      bytes: Buffer.from(
        documentText(id, { revision, actions, ...(actions.includes('<urlRewrite>') ? { evidence } : {}) }),
      ),
    })),
  });
  return {
    name: 'test',
    look: async () => ({ ok: true, documents: documents() }),
    last: documents,
    follow: async () => {},
  };
}
