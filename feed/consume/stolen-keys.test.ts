import { describe, expect, it } from 'vitest';
import { delegate } from '../conformance/testing/bench.ts';
import { createKey } from '../publish/keys.ts';
import { day } from '../testing/clock.ts';
import { type Bench, benchFor, looked, refused } from '../testing/reader.ts';
import { SimulatedRepository } from '../testing/repository.ts';

const honest = 'CVE-2022-41040.xml';
const evil = Buffer.from('<mitigation id="EVIL"/>');

/** A reader that has seen the publisher's own release, three of five keys at the root and the targets. */
async function victim(): Promise<Bench> {
  const repository = await SimulatedRepository.released();
  const five = () => Array.from({ length: 5 }, () => createKey('ed25519'));
  await repository.rotateRoot((roles) => {
    Object.assign(roles.targets, { keys: five(), threshold: 3 });
    Object.assign(roles.root, { keys: [...roles.root.keys, ...five()], threshold: 1 });
  });
  await repository.rotateRoot((roles) => {
    Object.assign(roles.root, { keys: roles.root.keys.slice(1), threshold: 3 });
  });
  await repository.release();
  const bench = await benchFor(repository, { root: repository.file('metadata/1.root.json') });
  await looked(bench.source);
  return bench;
}

const documentsOf = (bench: Bench) => bench.source.last()?.documents.map(({ name }) => name);

/** Releases what the thief wants, signed for these roles by what the thief has, and for the others by strangers. */
async function attack(
  { repository }: Bench,
  has: readonly string[],
  keysOf: (role: string) => number = () => 9,
): Promise<void> {
  repository.documents.set(honest, evil);
  for (const role of ['timestamp', 'snapshot', 'targets', ...repository.delegates.map(({ name }) => name)]) {
    const known =
      role === 'timestamp' || role === 'snapshot' || role === 'targets'
        ? repository.roles[role]
        : repository.delegates.find(({ name }) => name === role);
    const own = has.includes(role) ? (known?.keys.slice(0, keysOf(role)) ?? []) : [];
    repository.impostors.set(role, own.length > 0 ? own : [createKey('ed25519')]);
  }
  await repository.release();
}

describe('stolen keys, alone and together', () => {
  it.each([
    [['timestamp'], /^snapshot\.json bears 0 of the 1/],
    [['snapshot'], /^timestamp\.json bears 0 of the 1/],
    [['targets'], /^timestamp\.json bears 0 of the 1/],
    [['targets', 'snapshot'], /^timestamp\.json bears 0 of the 1/],
    [['timestamp', 'targets'], /^snapshot\.json bears 0 of the 1/],
    [['timestamp', 'snapshot'], /^targets\.json bears 0 of the 3/],
  ])('of %j cannot add or alter a document', async (has, why) => {
    const bench = await victim();
    await attack(bench, has);
    await refused(bench.source, 'signature', why);
    expect(documentsOf(bench)).toEqual([honest]);
  });

  it('of two of the three targets holders, with both online keys, cannot add or alter a document', async () => {
    const bench = await victim();
    await attack(bench, ['timestamp', 'snapshot', 'targets'], (role) => (role === 'targets' ? 2 : 9));
    await refused(bench.source, 'signature', /^targets\.json bears 2 of the 3/);
  });

  it('of both online keys cannot bring back an older version of what targets said', async () => {
    const bench = await victim();
    const { repository } = bench;
    repository.documents.set('fix.xml', Buffer.from('<mitigation id="FIX"/>'));
    await repository.release();
    await looked(bench.source);
    repository.roles.targets.version -= 1;
    repository.documents.delete('fix.xml');
    for (const role of ['snapshot', 'timestamp'] as const) repository.roles[role].version += 1;
    await repository.build();
    await refused(bench.source, 'rollback', /version 2 of targets\.json, but version 3 was verified before/);
    expect(documentsOf(bench)).toEqual([honest, 'fix.xml']);
  });

  it('of both online keys can hold readers back no longer than the targets say', async () => {
    const bench = await victim();
    const { repository } = bench;
    for (const role of ['snapshot', 'timestamp'] as const) repository.roles[role].expiresAt += 3650 * day;
    bench.clock.time = repository.roles.targets.expiresAt + day;
    for (const role of ['snapshot', 'timestamp'] as const) repository.roles[role].version += 1;
    repository.signedAt += 1000;
    await repository.build();
    await refused(bench.source, 'expired', /^the targets of the feed expired/);
  });

  it('of the timestamp cannot send a reader’s clock into the future for good', async () => {
    const bench = await victim();
    const { repository } = bench;
    repository.signedAt += 400 * day;
    repository.roles.timestamp.expiresAt += 500 * day;
    repository.roles.timestamp.version += 1;
    await repository.build();
    await looked(bench.source);
    repository.signedAt -= 399 * day;
    await repository.release();
    expect((await looked(bench.source)).version).toBe(3);
  });

  it('of both online keys, versions far ahead included, are shaken off by a new root', async () => {
    const bench = await victim();
    const { repository } = bench;
    for (const role of ['snapshot', 'timestamp'] as const) repository.roles[role].version = 2 ** 40;
    await repository.build();
    await looked(bench.source);
    await repository.rotateRoot((roles) => {
      for (const role of ['snapshot', 'timestamp'] as const)
        Object.assign(roles[role], { keys: [createKey('ed25519')], version: 1 });
    });
    await repository.release();
    expect((await looked(bench.source)).version).toBe(3);
  });

  it('of two of the three root holders cannot name other keys', async () => {
    const bench = await victim();
    const { repository } = bench;
    const two = repository.roles.root.keys.slice(0, 2);
    repository.roles.root.version += 1;
    repository.roles.targets.keys = [createKey('ed25519')];
    await repository.buildRoot(two);
    await repository.release();
    await refused(bench.source, 'signature', /^4\.root\.json bears 2 of the 3/);
  });

  it('of a delegated role, with both online keys, speak for no path but its own', async () => {
    const bench = await victim();
    const { repository } = bench;
    repository.delegates.push(delegate('nginx', { 'nginx/a.xml': 'A' }, { expiresAt: repository.signedAt + 30 * day }));
    await repository.release();
    await looked(bench.source);
    const [role] = repository.delegates;
    role?.documents.set('exchange/evil.xml', evil);
    role?.documents.set(honest, evil);
    role?.documents.set('nginx/b.xml', Buffer.from('B'));
    await repository.release();
    const { documents } = await looked(bench.source);
    expect(documents.map(({ name }) => name)).toEqual([honest, 'nginx/a.xml', 'nginx/b.xml']);
    expect(documents.find(({ name }) => name === honest)?.bytes).not.toEqual(evil);
  });

  it('of a delegated role speak for no product but its own, nor does any role below it', async () => {
    const bench = await victim();
    const { repository } = bench;
    const limited = (role: string, products: readonly string[]) =>
      repository.edits.set(role, (signed) =>
        Reflect.set(Reflect.get(Reflect.get(signed, 'delegations'), 'roles')[0], 'products', products),
      );
    repository.delegates.push(
      delegate('web', { 'web/a.xml': 'A' }, { expiresAt: repository.signedAt + 30 * day }),
      delegate(
        'inner',
        { 'web/b.xml': 'B' },
        { expiresAt: repository.signedAt + 30 * day, parent: 'web', paths: ['web/*'] },
      ),
    );
    limited('targets', ['nginx', 'apache']);
    limited('web', ['nginx', 'exchange']);
    await repository.release();
    const products = Object.fromEntries((await looked(bench.source)).documents.map((one) => [one.name, one.products]));
    expect(products).toEqual({ [honest]: undefined, 'web/a.xml': ['nginx', 'apache'], 'web/b.xml': ['nginx'] });
    expect(bench.restarted().last()?.documents).toEqual(bench.source.last()?.documents);
  });
});
