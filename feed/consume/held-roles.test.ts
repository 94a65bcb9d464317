import { describe, expect, it } from 'vitest';
import { createKey } from '../publish/keys.ts';
import type { FeedSource } from '../source.ts';
import { day } from '../testing/clock.ts';
import { contentsOf, delegate, withDelegates } from '../testing/delegates.ts';
import { benchFor, refused } from '../testing/reader.ts';
import type { SimulatedDelegate, SimulatedRepository } from '../testing/repository.ts';

describe('a delegated role that cannot be used', () => {
  const both = () => [
    delegate('exchange', ['exchange/*'], { 'exchange/a.xml': 'A' }),
    delegate('nginx', ['nginx/*'], { 'nginx/b.xml': 'B' }),
  ];
  const atFirst = { 'own.xml': 'own', 'exchange/a.xml': 'A', 'nginx/b.xml': 'B' };

  /** What is had of a look, in part or not, and what is said to be wrong with it. */
  async function looks(source: FeedSource) {
    const look = await source.look();
    if (!look.ok) throw new Error(look.trouble.reason);
    const had = look.documents.documents.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]);
    return { had: Object.fromEntries(had), trouble: look.trouble, documents: look.documents };
  }

  /** Publishes a change of each role, and one that spoils the first delegated one. */
  async function spoiled(spoil: (repository: SimulatedRepository, exchange: SimulatedDelegate) => void) {
    const bench = await withDelegates(...both());
    expect(await contentsOf(bench)).toEqual(atFirst);
    const { repository } = bench;
    const [exchange, nginx] = repository.delegates;
    if (!exchange || !nginx) throw new Error('two roles');
    exchange.documents.set('exchange/a.xml', Buffer.from('A2'));
    nginx.documents.set('nginx/b.xml', Buffer.from('B2'));
    repository.documents.set('own.xml', Buffer.from('own2'));
    spoil(repository, exchange);
    await repository.release();
    return bench;
  }

  const withoutExchange = { 'own.xml': 'own2', 'exchange/a.xml': 'A', 'nginx/b.xml': 'B2' };

  it.each<[string, string, RegExp, Parameters<typeof spoiled>[0]]>([
    [
      'that expired',
      'expired',
      /^the role exchange is left out, and what it said before stays: the exchange of the feed expired at /,
      (repository, exchange) => {
        exchange.expiresAt = repository.signedAt - day;
      },
    ],
    [
      'without the signatures that it needs',
      'signature',
      /exchange\.json bears 0 of the 1 signatures/,
      (repository) => {
        repository.impostors.set('exchange', [createKey('ed25519')]);
      },
    ],
    [
      'whose path patterns, or those below it, take too long to match',
      'content',
      /the path patterns of exchange take too long to match/,
      ({ delegates }) => {
        const slow = Array.from({ length: 20 }, (_one, index) => `exchange/*${'a'.repeat(120)}!${index}`);
        const names = slow.map((_one, index): [string, string] => [`exchange/${'a'.repeat(900)}${index}`, 'x']);
        const below = { parent: 'exchange' };
        delegates.push(delegate('slow', slow, {}, below));
        delegates.push(delegate('named', ['exchange/*'], Object.fromEntries(names), below));
      },
    ],
    [
      'with more documents than are read',
      'content',
      /exchange\.json has 1501 entries under "targets"/,
      (_repository, exchange) => {
        for (let n = 0; n < 1500; n += 1) exchange.documents.set(`exchange/${n}.xml`, Buffer.from('x'));
      },
    ],
    [
      'longer than is read',
      'content',
      /exchange\.json has \d+ bytes and 2097152 are the most read/,
      (repository) => {
        repository.edits.set('exchange', (signed) => Reflect.set(signed, 'x-filler', 'x'.repeat(3_000_000)));
      },
    ],
    [
      'that is no metadata',
      'content',
      /exchange\.json is no such metadata/,
      (repository) => {
        repository.edits.set('exchange', (signed) => Reflect.set(signed, 'version', 'none'));
      },
    ],
    [
      'that delegates by patterns that are not read',
      'content',
      /delegates "\{1\.\.1000000\}"/,
      (repository) => {
        repository.delegates.push(delegate('below', ['{1..1000000}'], {}, { parent: 'exchange' }));
      },
    ],
    [
      'with a document larger than is taken',
      'content',
      /exchange\/a\.xml has 2000000 bytes and 1048576 are the most taken/,
      (_repository, exchange) => void exchange.documents.set('exchange/a.xml', Buffer.alloc(2_000_000)),
    ],
    [
      'with more documents than the feed may have together',
      'content',
      /the feed's documents have \d+ bytes and 67108864 are the most taken/,
      (_repository, exchange) => {
        for (let n = 0; n < 70; n += 1) exchange.documents.set(`exchange/${n}.xml`, Buffer.alloc(1_000_000, 'x'));
      },
    ],
    [
      'with a document whose name cannot be one',
      'content',
      /a document is called "exchange\/\\u001b/,
      (_repository, exchange) => void exchange.documents.set('exchange/\u001b[31m.xml', Buffer.from('x')),
    ],
    [
      'with the log of another role',
      'content',
      /exchange holds log\/targets\/1\.jsonl, the log of another role/,
      (_repository, exchange) => void exchange.documents.set('log/targets/1.jsonl', Buffer.from('x')),
    ],
    [
      'that delegates to hash bins',
      'content',
      /delegates to hash bins/,
      (repository) => {
        const bins = { keyids: [], threshold: 1, bit_length: 1, name_prefix: 'bin' };
        repository.edits.set('exchange', (signed) =>
          Reflect.set(signed, 'delegations', { keys: {}, succinct_roles: bins }),
        );
      },
    ],
  ])('%s is left out: what it said stays, all others go on, and it is said', async (_which, step, reason, spoil) => {
    const bench = await spoiled(spoil);
    const first = await looks(bench.source);
    expect(first).toMatchObject({ had: withoutExchange, trouble: { step, reason: expect.stringMatching(reason) } });
    bench.site.forget();
    expect(await looks(bench.source)).toMatchObject({ had: withoutExchange, trouble: first.trouble });
    expect(bench.site.requests).toEqual(['/metadata/timestamp.json 304']);
    expect(await looks(bench.restarted())).toMatchObject({ had: withoutExchange, trouble: first.trouble });
  });

  it.each([
    ['by itself', { totalBytes: 10_000 }],
    ['by roles below it', { totalBytes: 10_000 }],
    ['in number', { documents: 11 }],
  ])('that takes all the room there is, %s, leaves others theirs', async (how, limits) => {
    const large = (part: number) => ({ [`exchange/${part}.xml`]: `${part}`.repeat(how === 'in number' ? 1 : 1000) });
    const parts = Array.from({ length: 9 }, (_one, index) => index + 1);
    const own = Object.assign({ 'exchange/a.xml': 'A' }, ...parts.map(large));
    const below = parts.map((part) => delegate(`part-${part}`, ['exchange/*'], large(part), { parent: 'exchange' }));
    const { repository } = await withDelegates(
      delegate('exchange', ['exchange/*'], how === 'by roles below it' ? {} : own),
      delegate('nginx', ['nginx/*'], { 'nginx/b.xml': 'B'.repeat(2000) }),
      ...(how === 'by roles below it' ? below : []),
    );
    const { had, trouble } = await looks((await benchFor(repository, { limits })).source);
    expect(had).toEqual({ 'own.xml': 'own', 'nginx/b.xml': 'B'.repeat(2000) });
    expect(trouble).toMatchObject({ step: 'content', reason: expect.stringMatching(/^the role exchange is left out/) });
  });

  it('comes back with its next good version', async () => {
    const bench = await spoiled((repository) => repository.impostors.set('exchange', [createKey('ed25519')]));
    await looks(bench.source);
    bench.repository.impostors.clear();
    await bench.repository.release();
    expect(await looks(bench.source)).toMatchObject({
      had: { ...withoutExchange, 'exchange/a.xml': 'A2' },
      trouble: undefined,
    });
  });

  it('is heard of as soon as it expires, also while nothing is new; its documents say until when they were good', async () => {
    const [exchange, nginx] = both();
    if (!exchange || !nginx) throw new Error('two roles');
    const expiresAt = Math.floor(Date.now() / 1000) * 1000 + day;
    const bench = await withDelegates({ ...exchange, expiresAt }, nginx);
    const before = await looks(bench.source);
    expect(before.trouble).toBeUndefined();
    expect(before.documents.documents.map(({ freshUntil }) => freshUntil)).toEqual([expiresAt, undefined, undefined]);
    expect(before.documents.expiresAt).toBeGreaterThan(expiresAt);
    bench.clock.time = expiresAt + 1;
    const after = await looks(bench.source);
    expect(after).toMatchObject({
      had: atFirst,
      trouble: { step: 'expired', reason: expect.stringMatching(/^the role exchange/) },
    });
    expect(after.documents).toEqual(before.documents);
  });

  it('is not spoken for by a role after it', async () => {
    const bench = await withDelegates(
      delegate('first', ['*.xml'], { 'x.xml': 'first' }),
      delegate('second', ['*.xml'], { 'x.xml': 'second', 'y.xml': 'second' }),
    );
    await looks(bench.source);
    bench.repository.impostors.set('first', [createKey('ed25519')]);
    bench.repository.delegates[1]?.documents.set('z.xml', Buffer.from('second'));
    await bench.repository.release();
    const { had, trouble } = await looks(bench.source);
    expect(had).toEqual({ 'own.xml': 'own', 'x.xml': 'first', 'y.xml': 'second' });
    expect(trouble).toMatchObject({ step: 'signature' });
  });

  it('keeps no document that targets has taken from its paths', async () => {
    const bench = await spoiled((repository, exchange) => {
      repository.impostors.set('exchange', [createKey('ed25519')]);
      Object.assign(exchange, { paths: ['elsewhere/*'] });
    });
    expect((await looks(bench.source)).had).toEqual({ 'own.xml': 'own2', 'nginx/b.xml': 'B2' });
  });

  it('for which the way is to blame ends the look: nothing of two versions is mixed', async () => {
    const bench = await spoiled(() => {});
    const name = `metadata/${bench.repository.delegates[0]?.version}.exchange.json`;
    const good = bench.repository.file(name);
    bench.repository.served.delete(name);
    await refused(bench.source, 'http', /exchange\.json answers with status 404/);
    bench.repository.served.set(name, Buffer.from(good.toString().replace('exchange/a.xml', 'exchange/b.xml')));
    await refused(bench.source, 'content', /exchange\.json is not the one that the signed metadata names/);
    bench.repository.served.set(name, good);
    expect((await looks(bench.source)).had).toEqual({ 'own.xml': 'own2', 'exchange/a.xml': 'A2', 'nginx/b.xml': 'B2' });
  });

  it('is never targets itself, nor what targets says wrongly', async () => {
    const expired = await withDelegates(...both());
    await looks(expired.source);
    expired.repository.roles.targets.expiresAt = expired.repository.signedAt - day;
    await expired.repository.release();
    await refused(expired.source, 'expired', /^the targets of the feed expired/);
    const patterns = await spoiled((repository) => repository.delegates.push(delegate('other', ['+(a|b)'], {})));
    await refused(patterns.source, 'content', /targets delegates "\+\(a\|b\)"/);
  });
});
