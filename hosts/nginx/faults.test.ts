import type { HeldAction, HostPlan } from '@stopgap/agent';
import { type Files, MachineError, systemFiles } from '@stopgap/machine';
import { afterAll, describe, expect, it } from 'vitest';
import { refusing } from '../../tests/rule-hosts/actions.ts';
import { type AtWork, performAll, putToWork, undoAll } from './testing/at-work.ts';

const none = new Map<string, string>();
const [one, two, header] = [refusing('one'), refusing('two'), refusing('header')];
let faults = 0;

/** The machine's files, on which the nth operation that changes anything fails: once, or from then on until mended. */
class FailingFiles implements Files {
  #left = Number.POSITIVE_INFINITY;
  #forGood = false;
  met = false;

  failAt(operation: number, forGood: boolean): void {
    this.#left = operation;
    this.#forGood = forGood;
    this.met = false;
  }

  mend(): void {
    this.#left = Number.POSITIVE_INFINITY;
  }

  read: Files['read'] = (file, maxBytes) => systemFiles.read(file, maxBytes);
  write: Files['write'] = (file, ...rest) => this.#may(file, () => systemFiles.write(file, ...rest));
  remove: Files['remove'] = (file) => this.#may(file, () => systemFiles.remove(file));
  makeFolder: Files['makeFolder'] = (file, mode) => this.#may(file, () => systemFiles.makeFolder(file, mode));

  #may(file: string, work: () => void): void {
    this.#left--;
    if (this.#left === 0 || (this.#forGood && this.#left < 0)) {
      this.met = true;
      throw new MachineError('file-unwritable', `cannot write ${file}: ENOSPC`);
    }
    work();
  }
}

/** Brings a change about as the agent does: all of it, or all of it taken back. Answers whether it was done. */
async function allOrNothing(at: AtWork, files: FailingFiles, plan: HostPlan): Promise<boolean> {
  try {
    await performAll(at.host, plan);
    return true;
  } catch {
    await undoAll(at.host, plan).catch(async () => {
      files.mend();
      await undoAll(at.host, plan);
    });
    return false;
  }
}

describe('a fault at each operation in turn', () => {
  afterAll(() => console.log(`hosts/nginx: ${faults} faults of files tried`));

  const steps: readonly (readonly [string, readonly HeldAction[], readonly HeldAction[]])[] = [
    ['an apply', [], [one]],
    ['an update', [one], [one, two]],
    ['an update that adds a kind of line', [one], [header, two]],
    ['an update that drops a kind of line', [header], [one]],
    ['a removal', [header, one], []],
  ];
  const ways = steps.flatMap(([name, from, to]) => [true, false].map((forGood) => ({ name, from, to, forGood })));

  it.each(ways)('of $name (lasting: $forGood) leaves all of it or none of it', async ({ from, to, forGood }) => {
    const files = new FailingFiles();
    const at = putToWork({}, files, {
      files: [
        ['nginx.conf', 'http {\n\tinclude sites/*;\n}\n'],
        ['sites/a', 'server {\n\tadd_header A 1;\n\tlocation / { add_header B 2; }\n}\n'],
        ['sites/b', 'server { listen 81; }'],
      ],
    });
    try {
      const original = at.snapshot();
      await performAll(at.host, await at.host.plan(from, none));
      const before = at.snapshot();
      for (let operation = 1; ; operation++) {
        const plan = await at.host.plan(to, none);
        files.failAt(operation, forGood);
        const done = await allOrNothing(at, files, plan);
        files.mend();
        expect(done).toBe(!files.met);
        if (done) break;
        faults++;
        expect(at.snapshot()).toEqual(before);
      }
      expect((await at.host.plan(to, none)).changes).toEqual([]);
      await performAll(at.host, await at.host.plan([], none));
      expect(at.snapshot()).toEqual(original);
    } finally {
      at.remove();
    }
  });
});
