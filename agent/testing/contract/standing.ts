import { expect } from 'vitest';
import type { HeldAction } from '../../host.ts';
import { type Case, given, reasonOf } from './case.ts';

const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/** What holds while several mitigations stand, revisions change, and somebody damages ours. */
export const standingCases: readonly Case[] = [
  {
    title: 'several mitigations come and go in any order, each leaving the others in place',
    try: async ({ contract, bed, keeper }) => {
      const before = bed.snapshot();
      for (const order of orders) {
        let wanted: readonly HeldAction[] = contract.actions;
        for (let count = 1; count <= wanted.length; count++)
          await keeper.bring(inOrder(contract.actions, order, count));
        for (const gone of order) {
          wanted = wanted.filter((action) => action !== contract.actions[gone]);
          await keeper.bring(wanted);
          const plan = await keeper.plan(wanted);
          expect([order, plan.changes, plan.findings.every(({ presence }) => presence === 'in-place')]).toEqual([
            order,
            [],
            true,
          ]);
        }
        expect([order, bed.snapshot()]).toEqual([order, before]);
      }
    },
  },
  {
    title: 'a newer revision takes the place of an older one, and removal restores every byte',
    try: async ({ contract, bed, keeper }) => {
      const before = bed.snapshot();
      const [first, second] = contract.actions;
      const newer = { ...first, revision: first.revision + 1 };
      await keeper.bring([first, second]);
      await keeper.bring([newer, second]);
      expect(await keeper.plan([newer, second])).toMatchObject({
        findings: [{ presence: 'in-place' }, { presence: 'in-place' }],
        changes: [],
      });
      await keeper.bring([]);
      expect(bed.snapshot()).toEqual(before);
    },
  },
  {
    title: 'damage to ours is found and repaired',
    skip: ({ drifts }) => (drifts.length === 0 ? 'nothing of ours can be damaged' : undefined),
    try: async ({ contract, bed, keeper }) => {
      const before = bed.snapshot();
      const wanted = [contract.actions[0]];
      for (const drift of contract.drifts) {
        await keeper.bring(wanted);
        const whole = bed.snapshot();
        await drift.do(bed);
        expect([drift.name, bed.snapshot()]).not.toEqual([drift.name, whole]);
        keeper.restart(bed.host());
        const { findings, changes } = await keeper.bring(wanted);
        expect([drift.name, findings[0]?.presence, changes.length > 0]).toEqual([
          drift.name,
          expect.stringMatching(/^(drifted|absent)$/),
          true,
        ]);
        expect([drift.name, bed.snapshot()]).toEqual([drift.name, whole]);
        await keeper.bring([]);
        expect([drift.name, bed.snapshot()]).toEqual([drift.name, before]);
      }
    },
  },
  {
    title: 'damaged, ours can still be removed, byte for byte',
    skip: ({ drifts }) => (drifts.length === 0 ? 'nothing of ours can be damaged' : undefined),
    try: async ({ contract, bed, keeper }) => {
      const before = bed.snapshot();
      for (const drift of contract.drifts) {
        await keeper.bring([contract.actions[0]]);
        await drift.do(bed);
        await keeper.bring([]);
        expect([drift.name, bed.snapshot()]).toEqual([drift.name, before]);
      }
    },
  },
  {
    title: 'a thing that two mitigations claim comes back with the last claim, as it was before the first',
    skip: ({ sharing }) => reasonOf(sharing),
    try: async ({ contract, bed, keeper }) => {
      const before = bed.snapshot();
      const both = given(contract.sharing);
      for (const [first, second] of [both, [both[1], both[0]]] as const) {
        await keeper.bring([first]);
        const { findings } = await keeper.bring([first, second]);
        const things = findings.map(({ claims }) => claims?.thing);
        expect([things[0] === undefined, things[0] === things[1]]).toEqual([false, true]);
        expect([...keeper.claims.keys()]).toEqual([things[0]]);
        await keeper.bring([second]);
        expect(await keeper.plan([second])).toMatchObject({ findings: [{ presence: 'in-place' }], changes: [] });
        await keeper.bring([]);
        expect(bed.snapshot()).toEqual(before);
      }
    },
  },
];

function inOrder(actions: readonly HeldAction[], order: readonly number[], count: number): readonly HeldAction[] {
  const chosen = new Set(order.slice(0, count));
  return actions.filter((_, index) => chosen.has(index));
}
