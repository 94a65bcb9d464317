import { MachineError } from '@stopgap/machine';
import { expect } from 'vitest';
import { HostError } from '../../host.ts';
import type { World } from './bed.ts';
import { type Case, given, reasonOf } from './case.ts';
import { Keeper, performAll, undoAll } from './keeper.ts';

/** What holds where the server, or the machine, will not do what it is told. */
export const refusingCases: readonly Case[] = [
  {
    title: 'a broken configuration is refused, what served before still serves, and ours goes out again',
    skip: ({ breakage }) => reasonOf(breakage),
    try: async ({ contract, bed, host, keeper }) => {
      const before = bed.snapshot();
      const breakage = given(contract.breakage);
      const { changes } = await keeper.plan([contract.actions[0]]);
      await performAll(host, changes);
      await breakage.break.do(bed);
      await expect(host.activate()).rejects.toMatchObject({
        name: 'HostError',
        code: 'configuration-refused',
        message: expect.stringMatching(/\S/),
      });
      await undoAll(host, changes);
      await expect(host.activate()).rejects.toMatchObject({ code: 'configuration-refused' });
      await breakage.mend.do(bed);
      await host.activate();
      expect(bed.snapshot()).toEqual(before);
      expect(await bed.complaint()).toBeUndefined();
    },
  },
  {
    title: 'a server that is not there is surveyed as such, and nothing has to be removed from it',
    skip: ({ absence }) => reasonOf(absence),
    try: async ({ contract, bed }) => {
      await given(contract.absence).do(bed);
      const host = bed.host();
      const survey = await host.survey();
      expect(survey).toMatchObject({ present: false, detail: expect.stringMatching(/\S/) });
      expect(host.accepts(contract.actions[0], survey)).toMatchObject({ accepted: false });
      expect(await host.plan([], new Map())).toEqual({ findings: [], changes: [] });
    },
  },
  {
    title: 'a machine that denies every change is told apart, and nothing is left half done',
    skip: ({ denial }) => reasonOf(denial),
    try: async ({ contract, bed }) => {
      const before = bed.snapshot();
      const denied = bed.host(contract.denial ? given(contract.denial) : deniedWrites);
      const { changes } = await new Keeper(denied).plan([contract.actions[0]]);
      const failure = await performAll(denied, changes).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(HostError);
      expect(failure).toMatchObject({ code: 'access-denied', message: expect.stringMatching(/\S/) });
      const allowed = bed.host();
      await undoAll(allowed, changes);
      expect(bed.snapshot()).toEqual(before);
    },
  },
];

/** A world in which nothing may be written or removed. */
export function deniedWrites(world: World): World {
  const deny = (file: string): never => {
    const cause = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    throw new MachineError('file-unwritable', `cannot write ${file}: ${cause.message}`, cause);
  };
  return { ...world, files: { ...world.files, write: deny, remove: deny, makeFolder: deny } };
}
