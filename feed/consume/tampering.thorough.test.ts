import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../testing/memory-files.ts';
import { benchFor, looked } from '../testing/reader.ts';
import { SimulatedRepository } from '../testing/repository.ts';
import { tufSource } from './index.ts';

/** Places spread over a file, another set each time. */
function sample(length: number, count: number): number[] {
  return Array.from({ length: count }, () => Math.floor(Math.random() * length));
}

describe('a feed tampered with changes nothing and is explained', () => {
  it('any one byte of any file changed: refused, or without effect', async () => {
    const repository = await SimulatedRepository.released();
    repository.documents.set('PING1.xml', Buffer.from('<mitigation id="PING1"/>'));
    await repository.rotateRoot(() => {});
    await repository.release();
    const names = [...repository.served.keys()].filter((name) => !/\/1\./.test(name));
    const root = repository.file('metadata/1.root.json');
    const honest = await looked((await benchFor(repository, { root })).source);
    let refusals = 0;
    const tries = names.flatMap((name) => sample(repository.file(name).length, 16).map((at) => ({ name, at })));
    const { config, clock } = await benchFor(repository, { root });
    for (const { name, at } of tries) {
      const original = repository.file(name);
      const changed = Buffer.from(original);
      changed[at] = (changed[at] ?? 0) ^ 1;
      repository.served.set(name, changed);
      const look = await tufSource(config, { clock, files: memoryFiles() }).look();
      if (look.ok) expect(look.documents).toEqual(honest);
      else refusals += 1;
      repository.served.set(name, original);
    }
    expect(tries.length).toBeGreaterThanOrEqual(90);
    expect(refusals / tries.length).toBeGreaterThan(0.9);
  });
});
