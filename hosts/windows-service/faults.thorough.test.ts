import type { HeldAction } from '@stopgap/agent';
import { Keeper, performAll, throughJson, undoAll, type World } from '@stopgap/agent/contract';
import { type CommandResult, MachineError } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { stop, windowsBed } from './testing/contract-bed.ts';

type Fault = (run: () => Promise<CommandResult>) => Promise<CommandResult>;

const refused = { code: 5, stdout: '[SC] OpenService FAILED 5:\r\n\r\nAccess is denied.\r\n', stderr: 'ERROR\r\n' };
const hangs = new MachineError('command-timed-out', 'no end after 60000 ms; it was killed');

/** What can become of one command. */
const faults: Readonly<Record<string, Fault>> = {
  'is refused': async () => refused,
  'cannot be started': () => Promise.reject(new MachineError('command-not-found', 'cannot run it: EAGAIN')),
  'hangs, and nothing came of it': () => Promise.reject(hangs),
  'hangs, and was carried out': async (run) => {
    await run();
    throw hangs;
  },
  'prints nothing that is known': async () => ({ code: 0, stdout: '\r\n%$&\r\n', stderr: '' }),
  'ends with an unknown error after it was carried out': async (run) => {
    await run();
    return { code: 1717, stdout: '', stderr: '' };
  },
};

/** A world in which the nth command meets a fault; once, or all from then on. */
function failing(nth: number, forGood: boolean, fault: Fault) {
  let count = 0;
  const between = (world: World): World => ({
    ...world,
    commands: {
      run: (...args) => {
        count++;
        const run = () => world.commands.run(...args);
        return count === nth || (forGood && count > nth) ? fault(run) : run();
      },
    },
  });
  return { between, met: () => count >= nth };
}

const um = stop('MSExchangeUM');
const hm = stop('MSExchangeHM');

describe('a command that', () => {
  it.each(Object.keys(faults))('%s, wherever and however often, leaves all or none', async (name) => {
    const fault = faults[name] ?? (() => Promise.reject(hangs));
    let tried = 0;
    for (const [from, to] of [
      [[], [um, hm]],
      [[um, hm], []],
      [[um], [hm]],
    ] as readonly (readonly [readonly HeldAction[], readonly HeldAction[]])[]) {
      for (const forGood of from.length < 2 && to.length === 1 ? [false] : [false, true]) {
        for (let nth = 1, met = true; met; nth++) {
          const bed = windowsBed();
          const original = bed.snapshot();
          const keeper = new Keeper(bed.host());
          await keeper.bring(from);
          const before = bed.snapshot();
          const { changes } = await keeper.plan(to);
          const world = failing(nth, forGood, fault);
          const done = await performAll(bed.host(world.between), changes).then(
            () => true,
            () => false,
          );
          met = world.met();
          if (met) tried++;
          if (!done) {
            await undoAll(bed.host(), throughJson(changes));
            expect([nth, forGood, bed.snapshot()]).toEqual([nth, forGood, before]);
          }
          await keeper.bring(to);
          await keeper.bring([]);
          expect([nth, forGood, bed.snapshot()]).toEqual([nth, forGood, original]);
        }
      }
    }
    console.log(`${tried} faults: a command ${name}`);
    expect(tried).toBeGreaterThanOrEqual(60);
  });
});
