import { Metadata } from '@tufjs/models';
import { describe, expect, it, vi } from 'vitest';
import { createKey } from '../publish/keys.ts';
import { contentsOf, delegate, withDelegates } from '../testing/delegates.ts';
import { looked, refused } from '../testing/reader.ts';

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

  it('are told apart by their place among the delegations, also while one before them is left out', async () => {
    const bench = await withDelegates(
      delegate('first', ['first/*'], { 'first/a.xml': 'A' }),
      delegate('second', ['second/*'], { 'second/b.xml': 'B' }),
      delegate('below', ['second/*'], { 'second/c.xml': 'C' }, { parent: 'second' }),
    );
    const ranks = async () => {
      const { documents } = await looked(bench.source);
      return Object.fromEntries(documents.map(({ name, rank }) => [name, rank]));
    };
    const expected = { 'own.xml': undefined, 'first/a.xml': 1, 'second/b.xml': 2, 'second/c.xml': 2 };
    expect(await ranks()).toEqual(expected);
    bench.repository.impostors.set('first', [createKey('ed25519')]);
    await bench.repository.release();
    expect(await ranks()).toEqual(expected);
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

  it('may not be hash bins, which hold no list of documents', async () => {
    const bench = await withDelegates();
    const bins = { keyids: [], threshold: 1, bit_length: 1, name_prefix: 'bin' };
    bench.repository.edits.set('targets', (signed) =>
      Reflect.set(signed, 'delegations', { keys: {}, succinct_roles: bins }),
    );
    await bench.repository.release();
    await refused(bench.source, 'content', /delegates to hash bins/);
  });

  it('are verified as often for a hundred documents as for one', async () => {
    const counts: number[] = [];
    for (const documents of [1, 100]) {
      const names = Array.from({ length: documents }, (_one, index) => [`web/${index}.xml`, 'x']);
      const bench = await withDelegates(delegate('web', ['web/*'], Object.fromEntries(names)));
      const verify = vi.spyOn(Metadata.prototype, 'verifyDelegate');
      await contentsOf(bench);
      counts.push(verify.mock.calls.length);
      verify.mockRestore();
    }
    expect(counts[1]).toBe(counts[0]);
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
