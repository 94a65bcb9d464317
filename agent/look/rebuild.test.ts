import * as fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyFileOf } from '../journal/copy.ts';
import { Journal } from '../journal/journal.ts';
import { answer } from '../service/answer.ts';
import { type Bench, makeBench } from '../testing/bench.ts';
import { look } from './look.ts';
import type { Parts } from './parts.ts';

let bench: Bench;
let parts: Parts;
const journalFile = () => path.join(bench.folder, 'journal.sqlite');

beforeEach(async () => {
  bench = makeBench(['M1', 'M2']);
  parts = bench.parts;
  await look(parts);
});

afterEach(() => {
  parts.journal.close();
  fs.rmSync(bench.folder, { recursive: true, force: true });
});

/** The journal is gone, and its copy as well where `copy`; the agent starts again. */
function lose(copy: boolean): void {
  parts.journal.close();
  fs.rmSync(journalFile());
  if (copy) fs.rmSync(copyFileOf(journalFile()));
  parts = { ...parts, journal: Journal.open(journalFile()) };
}

const held = () => parts.journal.held().map(({ mitigation, since }) => [mitigation, since]);
const events = () => parts.journal.history(20).map(({ event }) => event);

describe('a journal that is lost', () => {
  it('comes back from its copy as it was, and nothing is done again', async () => {
    const before = held();
    const { activations } = bench.host;
    bench.clock.at += 60_000;
    lose(false);
    await look(parts);
    expect(held()).toEqual(before);
    expect(bench.host.activations).toBe(activations);
    expect(events()).toContain('rebuilt');
    expect(parts.journal.status()[0]?.state).toBe('protected');
  });

  it.each([
    ['deleted', (file: string) => fs.rmSync(file)],
    ['emptied', (file: string) => fs.truncateSync(file)],
    [
      'replaced',
      (file: string) => {
        fs.writeFileSync(`${file}.new`, 'no database'.repeat(1000));
        fs.renameSync(`${file}.new`, file);
      },
    ],
  ])('is noticed and comes back while the agent runs: %s', async (_name, harm) => {
    const before = held();
    const { activations } = bench.host;
    harm(journalFile());
    // Of one that is harmed, but not deleted, SQLite may still have all in the file beside it.
    expect((await look(parts)).done).toEqual([]);
    expect(held()).toEqual(before);
    expect(bench.host.activations).toBe(activations);
    lose(false);
    expect(parts.journal.readCopy()?.held.map(({ mitigation }) => mitigation)).toEqual(['M1', 'M2']);
  });

  it('comes back from what stands when the copy is gone too, and is proven again', async () => {
    const { activations } = bench.host;
    lose(true);
    const { done } = await look(parts);
    expect(held().map(([id]) => id)).toEqual(['M1', 'M2']);
    expect(done).toEqual(['prove M1', 'prove M2']);
    expect(bench.host.activations).toBe(activations);
  });

  it('is known to a removal that is asked for next', async () => {
    bench.feed.documents.delete('M1.xml');
    lose(false);
    fs.writeFileSync(parts.policyFiles.server, JSON.stringify({ mode: 'approve' }));
    expect(await answer(parts, { ask: 'remove', actor: 'anna', id: 'M2', reason: 'test' })).toMatchObject({ ok: true });
    expect([...bench.host.things.keys()]).toEqual([]);
  });

  it('lets nothing be touched while a feed that could say what stands cannot be asked', async () => {
    lose(true);
    const sources = parts.sources.map((source) => ({ ...source, last: () => undefined }));
    bench.feed.trouble = 'the name feed.example.org is not known (DNS)';
    await expect(look({ ...parts, sources })).rejects.toMatchObject({ code: 'journal-lost' });
    expect([...bench.host.things.keys()]).toEqual(['rule:M1#0', 'rule:M2#0']);
    bench.feed.trouble = undefined;
    await look(parts);
    expect(held().map(([id]) => id)).toEqual(['M1', 'M2']);
  });

  it('takes off what stands and nothing in force accounts for, and says so', async () => {
    bench.feed.documents.delete('M2.xml');
    lose(true);
    await look(parts);
    expect([...bench.host.things.keys()]).toEqual(['rule:M1#0']);
    expect(parts.journal.history(20).filter(({ event }) => event === 'removed')).toMatchObject([
      { detail: expect.stringContaining('rule:M2#0') },
    ]);
  });

  it('is put back where taking that off fails, and the next look goes on', async () => {
    bench.feed.documents.delete('M2.xml');
    lose(true);
    bench.host.before = (step) => {
      if (step === 'perform rule:M2#0') throw new Error('no');
    };
    await expect(look(parts)).rejects.toThrow('no');
    expect([...bench.host.things.keys()]).toEqual(['rule:M1#0', 'rule:M2#0']);
    expect(parts.journal.unfinished()).toEqual([]);
    bench.host.before = () => {};
    await look(parts);
    expect(held().map(([id]) => id)).toEqual(['M1']);
  });

  it('has what stands taken off by a later look, where it could not be at once', async () => {
    bench.feed.documents.delete('M2.xml');
    lose(true);
    bench.host.before = (step) => {
      if (step === 'perform rule:M2#0') throw new Error('no');
    };
    await expect(look(parts)).rejects.toThrow('no');
    bench.host.before = () => {};
    const { done } = await look(parts);
    expect([done, [...bench.host.things.keys()]]).toEqual([[], ['rule:M1#0']]);
    expect(parts.journal.history(20).filter(({ event }) => event === 'removed')).toHaveLength(1);
  });
});
