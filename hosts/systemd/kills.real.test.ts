import type { Change, Claims } from '@stopgap/agent';
import { silentLog } from '@stopgap/machine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootTestHost, type TestHost } from '../../tests/host-machine/index.ts';
import { hostIn, stopping, treeOf } from './testing/in-test-host.ts';
import { layOutUnits, statesOf } from './testing/units.ts';

class Killed extends Error {}

describe.skipIf(process.getuid?.() !== 0)('a kill at every step of what is done to a real systemd (as root)', () => {
  const units = ['echo.service', 'echo.socket', 'needed.service', 'needs.service', 'part.service'];
  const wanted = [stopping('echo'), stopping('needed')];
  let host: TestHost;
  let changes: readonly Change[];
  let claims: Claims;
  let [before, tree] = ['', ''];
  let kills = 0;

  beforeAll(async () => {
    host = await bootTestHost({ ownFolders: ['/usr/local', '/opt'] });
    await layOutUnits(host);
    [before, tree] = [await statesOf(host, units), treeOf(host)];
    const plan = await hostIn(host).plan(wanted, new Map());
    changes = plan.changes;
    claims = new Map(plan.findings.flatMap((one) => (one.claims ? [[one.claims.thing, one.claims.state]] : [])));
  });

  afterAll(async () => {
    console.log(`systemd: killed at ${kills} steps, and all as before after each`);
    await host?.stop();
  });

  /** Carries out changes and dies at step `fatal`; answers whether it got that far. */
  async function killedAt(
    fatal: number,
    work: (systemd: ReturnType<typeof hostIn>) => Promise<void>,
  ): Promise<boolean> {
    let steps = 0;
    const systemd = hostIn(host, silentLog, () => {
      if (++steps >= fatal) throw new Killed();
    });
    try {
      await work(systemd);
      return false;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      kills++;
      return true;
    }
  }

  const performAll = (list: readonly Change[]) => async (systemd: ReturnType<typeof hostIn>) => {
    for (const change of list) await systemd.perform(change);
  };
  const undoAll = (list: readonly Change[]) => async (systemd: ReturnType<typeof hostIn>) => {
    for (const change of [...list].reverse()) await systemd.undo(change);
  };
  const isAsBefore = async () => {
    expect(treeOf(host)).toBe(tree);
    expect(await statesOf(host, units)).toBe(before);
  };

  it('is taken back when it dies while applying', async () => {
    for (let fatal = 1; await killedAt(fatal, performAll(changes)); fatal++) {
      await undoAll(changes)(hostIn(host));
      await isAsBefore();
    }
    await undoAll(changes)(hostIn(host));
    await isAsBefore();
  });

  it('is taken back when it dies while taking back', async () => {
    for (let fatal = 1, died = true; died; fatal++) {
      await performAll(changes)(hostIn(host));
      died = await killedAt(fatal, undoAll(changes));
      await undoAll(changes)(hostIn(host));
      await isAsBefore();
    }
  });

  it('is in force again when it dies while removing, and then is removed', async () => {
    for (let fatal = 1, died = true; died; fatal++) {
      const systemd = hostIn(host);
      await performAll(changes)(systemd);
      const removal = (await systemd.plan([], claims)).changes;
      died = await killedAt(fatal, performAll(removal));
      await undoAll(removal)(systemd);
      const { findings, changes: none } = await systemd.plan(wanted, claims);
      expect([findings.map(({ presence }) => presence), none]).toEqual([['in-place', 'in-place'], []]);
      await performAll((await systemd.plan([], claims)).changes)(systemd);
      await isAsBefore();
    }
  });
});
