import { describe, expect, it } from 'vitest';
import { createKey } from '../publish/keys.ts';
import { day } from '../testing/clock.ts';
import { benchFor, looked, refused } from '../testing/reader.ts';
import { type SimulatedDelegate, SimulatedRepository } from '../testing/repository.ts';

function delegate(
  name: string,
  paths: readonly string[],
  documents: Record<string, string>,
  change: Partial<SimulatedDelegate> = {},
) {
  const contents = Object.entries(documents).map(([document, text]): [string, Buffer] => [document, Buffer.from(text)]);
  return {
    name,
    paths,
    parent: 'targets',
    terminating: false,
    keys: [createKey('ed25519')],
    threshold: 1,
    version: 1,
    expiresAt: Date.now() + 30 * day,
    documents: new Map(contents),
    ...change,
  };
}

async function withDelegates(...delegates: SimulatedDelegate[]) {
  const repository = await SimulatedRepository.released();
  repository.documents = new Map([['own.xml', Buffer.from('own')]]);
  repository.delegates.push(...delegates);
  await repository.release();
  return benchFor(repository);
}

async function contentsOf(bench: Awaited<ReturnType<typeof withDelegates>>): Promise<Record<string, string>> {
  const { documents } = await looked(bench.source);
  return Object.fromEntries(documents.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]));
}

describe('delegated roles', () => {
  it('speak for the documents whose paths they were given', async () => {
    const bench = await withDelegates(
      delegate('exchange', ['exchange/*'], { 'exchange/a.xml': 'A' }),
      delegate('nginx', ['nginx/*'], { 'nginx/b.xml': 'B' }),
    );
    expect(await contentsOf(bench)).toEqual({ 'own.xml': 'own', 'exchange/a.xml': 'A', 'nginx/b.xml': 'B' });
  });

  it('are not heard on other paths, not even deeper ones', async () => {
    const bench = await withDelegates(
      delegate('exchange', ['exchange/*'], {
        'nginx/b.xml': 'wrong',
        'exchange/deep/c.xml': 'wrong',
        'own.xml': 'wrong',
      }),
    );
    expect(await contentsOf(bench)).toEqual({ 'own.xml': 'own' });
  });

  it('are heard in order: the first that has a document decides', async () => {
    const bench = await withDelegates(
      delegate('first', ['*.xml'], { 'x.xml': 'first' }),
      delegate('second', ['*.xml'], { 'x.xml': 'second', 'y.xml': 'second' }),
    );
    expect(await contentsOf(bench)).toEqual({ 'own.xml': 'own', 'x.xml': 'first', 'y.xml': 'second' });
  });

  it('end the search where they are terminating', async () => {
    const bench = await withDelegates(
      delegate('first', ['*.xml'], { 'x.xml': 'first' }, { terminating: true }),
      delegate('second', ['*.xml'], { 'y.xml': 'second' }),
    );
    expect(await contentsOf(bench)).toEqual({ 'own.xml': 'own', 'x.xml': 'first' });
  });

  it('may delegate further, and only what they have', async () => {
    const bench = await withDelegates(
      delegate('outer', ['exchange/*'], {}),
      delegate('inner', ['*/*'], { 'exchange/a.xml': 'A', 'nginx/b.xml': 'wrong' }, { parent: 'outer' }),
    );
    expect(await contentsOf(bench)).toEqual({ 'own.xml': 'own', 'exchange/a.xml': 'A' });
  });

  it('that delegate in a circle do no harm', async () => {
    const bench = await withDelegates(
      delegate('outer', ['*.xml'], { 'x.xml': 'outer' }, { alsoFrom: ['inner'] }),
      delegate('inner', ['*.xml'], { 'y.xml': 'inner' }, { parent: 'outer' }),
    );
    expect(await contentsOf(bench)).toEqual({ 'own.xml': 'own', 'x.xml': 'outer', 'y.xml': 'inner' });
  });

  it('need as many signatures as their delegator asks for', async () => {
    const bench = await withDelegates(delegate('exchange', ['exchange/*'], { 'exchange/a.xml': 'A' }));
    await looked(bench.source);
    bench.repository.impostors.set('exchange', [createKey('ed25519')]);
    await bench.repository.release();
    await refused(bench.source, 'signature', /^exchange\.json bears 0 of the 1 signatures/);
  });

  it('must not be expired', async () => {
    const bench = await withDelegates(delegate('exchange', ['exchange/*'], {}, { expiresAt: Date.now() - day }));
    await refused(bench.source, 'expired', /^the exchange of the feed expired at /);
  });

  it('may not be hash bins, which hold no list of documents', async () => {
    const bench = await withDelegates();
    const bins = { keyids: [], threshold: 1, bit_length: 1, name_prefix: 'bin' };
    bench.repository.edits.set('targets', (signed) =>
      Reflect.set(signed, 'delegations', { keys: {}, succinct_roles: bins }),
    );
    await bench.repository.release();
    await refused(bench.source, 'content', /delegates to hash bins/);
  });

  it('may have any name, also one that looks like a path', async () => {
    const bench = await withDelegates(delegate('../../root', ['exchange/*'], { 'exchange/a.xml': 'A' }));
    expect(await contentsOf(bench)).toEqual({ 'own.xml': 'own', 'exchange/a.xml': 'A' });
    expect([...bench.disk.contents.keys()]).toContain('/state/roles/..%2F..%2Froot.json');
  });

  it('are too many beyond the cap', async () => {
    const many = Array.from({ length: 40 }, (_, index) => delegate(`role-${index}`, ['x/*'], {}));
    const bench = await withDelegates(...many);
    await refused(bench.source, 'content', /more than 32 delegated roles/);
  });
});
