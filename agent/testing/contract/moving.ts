import { expect } from 'vitest';
import { HostError } from '../../host.ts';
import type { Case } from './case.ts';
import { Keeper, performAll, throughJson, undoAll } from './keeper.ts';

/** What `perform`, `undo` and `activate` promise. */
export const movingCases: readonly Case[] = [
  {
    title: 'plan, perform and activate leave nothing to change, and removal restores every byte',
    try: async ({ contract, bed, keeper }) => {
      const before = bed.snapshot();
      await keeper.bring(contract.actions);
      expect(bed.snapshot()).not.toEqual(before);
      expect(await bed.complaint()).toBeUndefined();
      const plan = await keeper.plan(contract.actions);
      expect(plan.changes).toEqual([]);
      expect(plan.findings.map(({ presence }) => presence)).toEqual(['in-place', 'in-place', 'in-place']);
      await keeper.bring([]);
      expect(bed.snapshot()).toEqual(before);
      expect(await bed.complaint()).toBeUndefined();
    },
  },
  {
    title: 'each change may be made twice, and taken back twice',
    try: async ({ contract, bed, host, keeper }) => {
      const before = bed.snapshot();
      const { changes } = await keeper.plan(contract.actions);
      for (const change of changes) {
        await host.perform(change);
        const once = bed.snapshot();
        await host.perform(change);
        expect(bed.snapshot()).toEqual(once);
      }
      for (const change of [...changes].reverse()) {
        await host.undo(change);
        const once = bed.snapshot();
        await host.undo(change);
        expect(bed.snapshot()).toEqual(once);
      }
      expect(bed.snapshot()).toEqual(before);
    },
  },
  {
    title: 'changes that were never made are taken back without harm',
    try: async ({ contract, bed, host, keeper }) => {
      const before = bed.snapshot();
      const { changes } = await keeper.plan(contract.actions);
      await undoAll(host, changes);
      expect(bed.snapshot()).toEqual(before);
    },
  },
  {
    title: 'stopped after any change, all of them are taken back by another process, out of the journal',
    try: async ({ contract, bed, host, keeper }) => {
      const before = bed.snapshot();
      const { changes } = await keeper.plan(contract.actions);
      for (let made = 0; made <= changes.length; made++) {
        await performAll(host, changes.slice(0, made));
        expect(await bed.complaint()).toBeUndefined();
        const other = bed.host();
        await undoAll(other, throughJson(changes));
        await other.activate();
        expect(bed.snapshot()).toEqual(before);
      }
    },
  },
  {
    title: 'a removal that is stopped after any change is taken back to what stood',
    try: async ({ contract, bed, host, keeper }) => {
      await keeper.bring(contract.actions);
      const standing = bed.snapshot();
      const { changes } = await keeper.plan([contract.actions[1]]);
      for (let made = 0; made <= changes.length; made++) {
        await performAll(host, changes.slice(0, made));
        const other = bed.host();
        await undoAll(other, throughJson(changes));
        await other.activate();
        expect(bed.snapshot()).toEqual(standing);
      }
    },
  },
  {
    title: "an administrator's edit between a change and its undoing stays, and ours goes",
    skip: ({ edits }) => (edits.length === 0 ? 'nothing that is changed can be edited' : undefined),
    try: async ({ contract, bed, keeper }) => {
      for (const edit of contract.edits) {
        const expected = await edited(contract, edit);
        const mine = await contract.setUp();
        try {
          const host = mine.host();
          const { changes } = await new Keeper(host).plan([contract.actions[0]]);
          await performAll(host, changes);
          await edit.do(mine);
          await undoAll(host, changes);
          expect([edit.name, mine.snapshot()]).toEqual([edit.name, expected]);
        } finally {
          await mine.close();
        }
      }
      expect(await keeper.plan([])).toMatchObject({ changes: [] });
      expect(await bed.complaint()).toBeUndefined();
    },
  },
  {
    title: "an administrator's edit beside what is in force stays when ours is removed",
    skip: ({ edits }) => (edits.length === 0 ? 'nothing that is changed can be edited' : undefined),
    try: async ({ contract }) => {
      for (const edit of contract.edits) {
        const expected = await edited(contract, edit);
        const mine = await contract.setUp();
        try {
          const keeper = new Keeper(mine.host());
          await keeper.bring([contract.actions[0]]);
          await edit.do(mine);
          await keeper.bring([]);
          expect([edit.name, mine.snapshot()]).toEqual([edit.name, expected]);
        } finally {
          await mine.close();
        }
      }
    },
  },
  {
    title: "a change of another host's is refused",
    try: async ({ bed, host, keeper, contract }) => {
      const before = bed.snapshot();
      const [mine] = (await keeper.plan([contract.actions[0]])).changes;
      const about = { host: host.name, summary: 'not ours' };
      const file = { kind: 'file', path: '/nowhere/at-all', before: null, after: null } as const;
      const state = { kind: 'state', thing: 'no such thing', before: '{}', after: '{}' } as const;
      const strange = { ...about, ...(mine?.kind === 'file' ? state : file) };
      await expect(host.perform(strange)).rejects.toBeInstanceOf(HostError);
      expect(bed.snapshot()).toEqual(before);
    },
  },
];

type Contract = Parameters<Case['try']>[0]['contract'];

/** A server on which nothing but the edit was made. */
async function edited(contract: Contract, edit: Contract['edits'][number]): Promise<ReadonlyMap<string, string>> {
  const bed = await contract.setUp();
  try {
    await edit.do(bed);
    return bed.snapshot();
  } finally {
    await bed.close();
  }
}
