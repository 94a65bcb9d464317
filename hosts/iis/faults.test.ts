import type { Host } from '@stopgap/agent';
import { type Clock, type Files, MachineError, systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { addingPolicy, holding, refusing } from './testing/actions.ts';
import { type Laid, performAll, undoAll } from './testing/lay-out.ts';
import { cleanUp, configuration, none, owa, root, server } from './testing/server.ts';

cleanUp();

const owaScope = { level: 'path', site: 'Default Web Site', path: '/owa' } as const;
const wanted = [
  refusing('evil'),
  addingPolicy(owaScope),
  holding('G', '<globalRules><rule name="g"><match url="g" /><action type="AbortRequest" /></rule></globalRules>', {
    level: 'server',
  }),
];

/** Files of which one operation fails: the nth write or removal, once or from then on, before or after it has happened. */
function failing(nth: number, forGood: boolean, afterwards: boolean, code = 'EIO') {
  let count = 0;
  const step = <T>(work: () => T): T => {
    count++;
    if (count !== nth && !(forGood && count > nth)) return work();
    if (afterwards) work();
    const cause = Object.assign(new Error(code), { code });
    throw new MachineError('file-unwritable', `cannot write: ${code}`, cause);
  };
  const files: Files = {
    ...systemFiles,
    write: (...args) => step(() => systemFiles.write(...args)),
    remove: (...args) => step(() => systemFiles.remove(...args)),
  };
  return { files, met: () => count >= nth };
}

async function run(host: Host, goal: typeof wanted): Promise<boolean> {
  const plan = await host.plan(goal, none);
  try {
    await performAll(host, plan);
    return true;
  } catch {
    return false;
  }
}

function laid(): Laid {
  return server({ [root]: configuration('<rules/>'), [owa]: '<configuration/>' });
}

describe('a write that fails', () => {
  it.each([
    ['applying', [], wanted],
    ['removing', wanted, []],
    ['exchanging', wanted.slice(0, 2), wanted.slice(1)],
  ])('while %s leaves all or none, wherever it fails, once and for good', async (_name, from, to) => {
    let faults = 0;
    for (const forGood of [false, true]) {
      for (const afterwards of [false, true]) {
        for (let nth = 1, met = true; met; nth++) {
          const at = laid();
          const original = at.snapshot();
          await performAll(at.host, await at.host.plan(from, none));
          const before = at.snapshot();
          const plan = await at.host.plan(to, none);
          const fault = failing(nth, forGood, afterwards);
          const done = await run(at.hostWith({}, fault.files), to);
          met = fault.met();
          expect(done).toBe(!met);
          if (met) {
            faults++;
            await undoAll(at.host, plan);
            expect(at.snapshot()).toEqual(before);
          }
          await performAll(at.host, await at.host.plan([], none));
          expect(at.snapshot()).toEqual(original);
        }
      }
    }
    console.log(`${faults} faults`);
    expect(faults).toBeGreaterThanOrEqual(8);
  });

  it('for want of rights says so, and who to run as', async () => {
    for (const code of ['EACCES', 'EPERM', 'EROFS', 'EBUSY']) {
      const at = laid();
      const before = at.snapshot();
      const host = at.hostWith({}, failing(1, true, false, code).files, undefined, impatient());
      const plan = await host.plan(wanted, none);
      await expect(performAll(host, plan)).rejects.toMatchObject({
        code: 'access-denied',
        message: expect.stringContaining('Administrator'),
      });
      expect(at.snapshot()).toEqual(before);
    }
  });
});

describe('a file that somebody else has open', () => {
  it.each(['EBUSY', 'EPERM', 'EACCES'])(
    'for a moment (%s) is tried again, a few times and not for ever',
    async (code) => {
      const at = laid();
      const before = at.snapshot();
      let refusals = 4;
      const files: Files = {
        ...systemFiles,
        write: (...args) => {
          if (refusals-- > 0)
            throw new MachineError('file-unwritable', 'cannot write', Object.assign(new Error(code), { code }));
          systemFiles.write(...args);
        },
      };
      const clock = impatient();
      const host = at.hostWith({}, files, undefined, clock);
      await performAll(host, await host.plan(wanted, none));
      expect(clock.elapsed()).toBeGreaterThan(1000);
      await performAll(host, await host.plan([], none));
      expect(at.snapshot()).toEqual(before);
    },
  );
});

/** A clock that goes as fast as it is asked to. */
function impatient(): Clock {
  let at = 0;
  const sleep = async (ms: number) => {
    at += ms;
  };
  return { now: () => at, elapsed: () => at, sleep };
}

describe('a file that cannot be read', () => {
  it('is a reason not to accept, and no reason for anything else to fail', async () => {
    const at = laid();
    const files: Files = {
      ...systemFiles,
      read: (file, most) => {
        if (file === at.at(root)) throw new MachineError('file-unreadable', `cannot read ${file}: EACCES`);
        return systemFiles.read(file, most);
      },
    };
    const host = at.hostWith({}, files);
    const survey = await host.survey();
    const [onSite, onPath] = wanted;
    if (!onSite || !onPath) throw new Error('two are there');
    expect(host.accepts(onSite, survey)).toMatchObject({ accepted: false, reason: expect.stringContaining('EACCES') });
    expect(host.accepts(onPath, survey)).toMatchObject({ accepted: true });
    await performAll(host, await host.plan([onPath], none));
    expect((await host.plan([onPath], none)).findings).toMatchObject([{ presence: 'in-place' }]);
  });
});
