import { processXsd } from '@stopgap/mitigation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Library, look } from '../index.ts';
import type { SourceLook } from '../source.ts';
import { type Bench, makeBench } from '../testing/bench.ts';
import { documentText } from '../testing/documents.ts';

let bench: Bench;
beforeEach(() => {
  bench = makeBench();
});
afterEach(() => bench.close());

const day = 86_400_000;
const trouble = { step: 'expired', reason: 'the role web is left out, and what it said before stays' } as const;

/** The bench, whose feed has trouble with a part of itself, and vouches for M1 until then. */
function inPart(freshUntil: number) {
  const sources = bench.parts.sources.map((source) => ({
    ...source,
    look: async (): Promise<SourceLook> => {
      const seen = await source.look();
      if (!seen.ok) return seen;
      const documents = seen.documents.documents.map((one) => (one.name === 'M1.xml' ? { ...one, freshUntil } : one));
      return { ok: true, documents: { ...seen.documents, documents }, trouble };
    },
  }));
  return { ...bench.parts, sources };
}

describe('a feed of which a part cannot be used', () => {
  it('goes on with the rest, keeps what is in force, and says what is wrong until it is mended', async () => {
    await look(bench.parts);
    bench.feed.documents.set('M2.xml', documentText('M2'));
    bench.feed.version = 2;
    const parts = inPart(bench.clock.at - day);
    await look(parts);
    expect([...bench.host.things.keys()].sort()).toEqual(['rule:M1#0', 'rule:M2#0']);
    expect(parts.journal.sources()).toMatchObject([{ version: 2, trouble }]);
    const events = parts.journal.history(100).map(({ event, detail }) => `${event}: ${detail}`);
    expect(events).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^feed-trouble: test: the role web is left out/),
        expect.stringMatching(/^feed-published: test: version 2/),
      ]),
    );
    await look(bench.parts);
    expect(bench.parts.journal.sources()[0]?.trouble).toBeUndefined();
  });

  it('applies nothing new for which nobody has vouched for longer than policy takes, as with a whole feed', async () => {
    await look(inPart(bench.clock.at - 40 * day));
    expect([...bench.host.things.keys()]).toEqual([]);
    expect(bench.parts.journal.status()).toMatchObject([{ mitigation: 'M1', state: 'pending' }]);
  });
});

it('a document that cannot be checked for want of a process takes nothing off, and is soon tried again', async () => {
  bench.feed.documents.clear();
  bench.feed.documents.set('exchange/2026-05.xml', documentText('M1'));
  await look(bench.parts);
  const run = async () => {
    throw new Error('spawn EAGAIN');
  };
  await look({ ...bench.parts, library: new Library(processXsd({ run })) });
  expect([...bench.host.things.keys()]).toEqual(['rule:M1#0']);
  expect(bench.parts.journal.status()).toMatchObject([
    { mitigation: 'M1', state: 'protected' },
    { mitigation: 'exchange/2026-05.xml', state: 'unsupported', nextTry: bench.clock.at + 60_000 },
  ]);
});
