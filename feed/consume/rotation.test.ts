import { describe, expect, it } from 'vitest';
import { createKey } from '../publish/keys.ts';
import { day } from '../testing/clock.ts';
import { benchFor, looked, refused } from '../testing/reader.ts';
import { SimulatedRepository } from '../testing/repository.ts';

describe('new roots', () => {
  it('are followed over 50 versions from the oldest root an agent may hold', async () => {
    const repository = await SimulatedRepository.released();
    const oldest = repository.root;
    for (let count = 0; count < 50; count += 1) {
      await repository.rotateRoot((roles) => {
        roles.root.keys = [createKey(count % 2 === 0 ? 'ecdsa-p256' : 'ed25519')];
      });
    }
    await repository.release();
    const bench = await benchFor(repository, { root: oldest });
    expect((await looked(bench.source)).version).toBe(2);
    expect(bench.disk.contents.get('/state/root.json')).toEqual(repository.file('metadata/51.root.json'));
  });

  it('may be expired in between, but not at the end', async () => {
    const repository = await SimulatedRepository.released();
    const oldest = repository.root;
    const later = repository.roles.root.expiresAt;
    repository.roles.root.expiresAt = repository.signedAt - day;
    await repository.rotateRoot(() => {});
    const bench = await benchFor(repository, { root: oldest });
    await refused(bench.source, 'expired', /^the root of the feed expired at /);
    repository.roles.root.expiresAt = later;
    await repository.rotateRoot(() => {});
    await looked(bench.source);
  });

  it('are kept even when something after them is refused', async () => {
    const repository = await SimulatedRepository.released();
    const bench = await benchFor(repository);
    await looked(bench.source);
    await repository.rotateRoot((roles) => {
      roles.targets.keys = [createKey('ed25519')];
    });
    repository.impostors.set('targets', [createKey('ed25519')]);
    await repository.release();
    await refused(bench.source, 'signature', /^targets\.json/);
    expect(bench.disk.contents.get('/state/root.json')).toEqual(repository.file('metadata/2.root.json'));
  });

  it.each(['targets', 'snapshot', 'timestamp'] as const)('end the reign of a stolen %s key', async (role) => {
    const repository = await SimulatedRepository.released();
    const bench = await benchFor(repository);
    await looked(bench.source);
    const stolen = repository.roles[role].keys;
    await repository.rotateRoot((roles) => {
      roles[role].keys = [createKey('ed25519')];
    });
    await repository.release();
    await looked(bench.source);
    repository.impostors.set(role, stolen);
    await repository.release();
    await refused(bench.source, 'signature', new RegExp(`^${role}\\.json bears 0 of the 1`));
  });

  it('recover from a stolen timestamp key that went far ahead', async () => {
    const repository = await SimulatedRepository.released();
    const bench = await benchFor(repository);
    await looked(bench.source);
    repository.roles.timestamp.version = 1_000_000;
    await repository.build();
    await looked(bench.source);
    repository.roles.timestamp.version = 2;
    await repository.build();
    await refused(bench.source, 'rollback', /version 2 .* version 1000000 was verified before/);
    await repository.rotateRoot((roles) => {
      roles.timestamp.keys = [createKey('ed25519')];
    });
    await repository.build();
    await looked(bench.source);
  });

  it('recover from a stolen snapshot key that went far ahead', async () => {
    const repository = await SimulatedRepository.released();
    const bench = await benchFor(repository);
    await looked(bench.source);
    Object.assign(repository.roles.snapshot, { version: 1_000_000 });
    Object.assign(repository.roles.targets, { version: 1_000_000 });
    repository.roles.timestamp.version += 1;
    await repository.build();
    await looked(bench.source);
    Object.assign(repository.roles.snapshot, { version: 2 });
    Object.assign(repository.roles.targets, { version: 2 });
    repository.roles.timestamp.version += 1;
    await repository.rotateRoot((roles) => {
      roles.snapshot.keys = [createKey('ed25519')];
    });
    await repository.build();
    expect((await looked(bench.source)).version).toBe(2);
  });

  it('that skip a version are refused', async () => {
    const repository = await SimulatedRepository.released();
    const bench = await benchFor(repository);
    await looked(bench.source);
    repository.roles.root.version = 3;
    await repository.buildRoot();
    repository.served.set('metadata/2.root.json', repository.file('metadata/3.root.json'));
    await repository.release();
    await refused(bench.source, 'rollback', /2\.root\.json goes back: .*expected version 2, got 3/);
  });

  it('that count one key twice towards a threshold are refused', async () => {
    const repository = await SimulatedRepository.released();
    const bench = await benchFor(repository);
    await looked(bench.source);
    repository.twin = 'targets';
    await repository.rotateRoot(() => {});
    await repository.release();
    await refused(bench.source, 'signature', /^root version 2 lists one key as [0-9a-f]{64} and as twin/);
  });

  it('given anew at enrolment replace the one on disk', async () => {
    const first = await SimulatedRepository.released();
    const bench = await benchFor(first);
    await looked(bench.source);
    const second = await SimulatedRepository.released();
    for (let count = 0; count < 3; count += 1) await second.release();
    const again = await benchFor(second);
    for (const [name, bytes] of bench.disk.contents) again.disk.contents.set(name, bytes);
    expect((await looked(again.source)).version).toBe(4);
  });
});
