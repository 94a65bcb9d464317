import { describe, expect, it } from 'vitest';
import { tufSource } from '../index.ts';
import { memoryFiles } from '../testing/memory-files.ts';
import { benchFor, looked } from '../testing/reader.ts';
import { SimulatedRepository } from '../testing/repository.ts';
import { temporaryFolder } from '../testing/temporary.ts';

describe('a disk that fails under a reader', () => {
  it('at any of its writes leaves the old version or the new one, and the next look goes on', async () => {
    const repository = await SimulatedRepository.released();
    repository.documents.set('OLD.xml', Buffer.from('<old/>'));
    await repository.release();
    const first = await benchFor(repository);
    const old = await looked(first.source);
    const disk = new Map(first.disk.contents);
    repository.documents = new Map([['NEW.xml', Buffer.from('<new/>')]]);
    await repository.rotateRoot(() => {});
    await repository.release();
    let failed = 0;
    for (let writes = 0; ; writes += 1) {
      const bench = await benchFor(repository, { root: repository.file('metadata/1.root.json') });
      for (const [file, bytes] of disk) bench.disk.contents.set(file, bytes);
      bench.disk.remaining = writes;
      const look = await bench.source.look();
      const between = bench.restarted().last();
      bench.disk.remaining = Number.POSITIVE_INFINITY;
      const after = await looked(bench.restarted());
      expect(after.documents.map(({ name }) => name)).toEqual(['NEW.xml']);
      expect([old, after]).toContainEqual(between);
      if (look.ok) break;
      failed += 1;
      expect(look.trouble).toEqual({ step: 'disk', reason: expect.stringContaining('no space left on device') });
    }
    expect(failed).toBeGreaterThanOrEqual(6);
  });

  it('is a trouble, not an exception, when nothing can be read', async () => {
    const files = memoryFiles();
    const broken = { ...files, read: () => files.write('anything', 'x') as never };
    files.remaining = 0;
    const source = tufSource(
      { name: 'test', url: 'http://127.0.0.1:1/', root: Buffer.from('{}'), stateFolder: '/s' },
      { files: broken },
    );
    expect(source.last()).toBeUndefined();
    expect((await source.look()).ok).toBe(false);
  });

  it('holds only what the current version needs', async () => {
    const { systemFiles, systemFolders } = await import('@stopgap/machine');
    const repository = await SimulatedRepository.released();
    const stateFolder = temporaryFolder();
    const bench = await benchFor(repository, { stateFolder });
    const source = tufSource(bench.config, { files: systemFiles, clock: bench.clock });
    await looked(source);
    repository.documents = new Map([['NEW.xml', Buffer.from('<new/>')]]);
    await repository.release();
    systemFiles.write(`${stateFolder}/.root.json.0123456789ab.stopgap-tmp`, 'cut off while writing');
    await looked(tufSource(bench.config, { files: systemFiles, clock: bench.clock }));
    expect(systemFolders.list(`${stateFolder}/documents`)).toHaveLength(1);
    expect(systemFolders.list(stateFolder)?.filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
