import { expect } from 'vitest';
import type { HostPlan } from '../../host.ts';
import { type Case, given, reasonOf } from './case.ts';
import { throughJson } from './keeper.ts';

const presences = ({ findings }: HostPlan) => findings.map(({ presence }) => presence);

/** What `survey`, `accepts`, `render` and `plan` promise. */
export const planningCases: readonly Case[] = [
  {
    title: 'a survey says what is here, and changes nothing',
    try: async ({ bed, host }) => {
      const before = bed.snapshot();
      const survey = await host.survey();
      expect(survey).toMatchObject({ present: true, missing: [] });
      expect(survey.detail).not.toBe('');
      expect(bed.snapshot()).toEqual(before);
      expect(await bed.complaint()).toBeUndefined();
    },
  },
  {
    title: 'it accepts what it can hold, and shows what becomes of it',
    try: async ({ contract, host }) => {
      const survey = await host.survey();
      for (const action of contract.actions) {
        expect(host.holds).toContain(action.action.kind);
        expect(host.accepts(action, survey)).toMatchObject({ accepted: true });
        const parts = host.render(action);
        expect(parts.length).toBeGreaterThan(0);
        for (const { where, text } of parts) expect([where === '', text === '']).toEqual([false, false]);
      }
    },
  },
  {
    title: 'what it cannot hold is refused, and the reason names it',
    skip: ({ unsupported }) => (unsupported.length === 0 ? 'everything of its kinds can be held' : undefined),
    try: async ({ contract, host }) => {
      const survey = await host.survey();
      for (const { action, word } of contract.unsupported) {
        const acceptance = host.accepts(action, survey);
        expect(acceptance).toMatchObject({ accepted: false, reason: expect.stringMatching(word) });
      }
    },
  },
  {
    title: 'a plan changes nothing, is the same twice, and has a finding for each action',
    try: async ({ contract, bed, keeper }) => {
      const before = bed.snapshot();
      const first = await keeper.plan(contract.actions);
      expect(bed.snapshot()).toEqual(before);
      expect(presences(first)).toEqual(['absent', 'absent', 'absent']);
      expect(first.findings.every(({ detail }) => detail !== '')).toBe(true);
      expect(first.changes.length).toBeGreaterThan(0);
      expect(await keeper.plan(contract.actions)).toEqual(first);
      keeper.restart(bed.host());
      expect(await keeper.plan(contract.actions)).toEqual(first);
    },
  },
  {
    title: 'changes name their host, say what they do, and come through JSON as they are',
    try: async ({ contract, host, keeper }) => {
      const { changes } = await keeper.plan(contract.actions);
      expect(throughJson(changes)).toEqual(changes);
      for (const { host: named, summary } of changes) expect([named, summary === '']).toEqual([host.name, false]);
    },
  },
  {
    title: 'where nothing is wanted and nothing of ours stands, there is nothing to change',
    try: async ({ keeper }) => {
      expect(await keeper.plan([])).toEqual({ findings: [], changes: [] });
    },
  },
  {
    title: 'an action in mode observe is held, or refused with a reason',
    skip: ({ observing }) => reasonOf(observing),
    try: async ({ contract, bed, host, keeper }) => {
      const before = bed.snapshot();
      const action = { ...contract.actions[0], mode: 'observe' } as const;
      const acceptance = host.accepts(action, await host.survey());
      if (contract.observing === 'refused') {
        expect(acceptance).toMatchObject({ accepted: false, reason: expect.stringMatching(/\S/) });
        return;
      }
      expect(acceptance).toMatchObject({ accepted: true });
      await keeper.bring([action]);
      expect(await keeper.plan([action])).toMatchObject({ findings: [{ presence: 'in-place' }], changes: [] });
      expect(presences(await keeper.plan([contract.actions[0]]))).not.toContain('in-place');
      await keeper.bring([]);
      expect(bed.snapshot()).toEqual(before);
    },
  },
  {
    title: 'our name on something different is a conflict, and stays untouched',
    skip: ({ conflict }) => reasonOf(conflict),
    try: async ({ contract, bed, keeper }) => {
      await given(contract.conflict).do(bed);
      const before = bed.snapshot();
      const plan = await keeper.bring([contract.actions[0]]);
      expect(plan).toMatchObject({ changes: [], findings: [{ presence: 'conflict' }] });
      await keeper.bring([]);
      expect(bed.snapshot()).toEqual(before);
    },
  },
  {
    title: 'the same effect under another name is adopted, not doubled, and stays',
    skip: ({ adoption }) => reasonOf(adoption),
    try: async ({ contract, bed, keeper }) => {
      await given(contract.adoption).do(bed);
      const before = bed.snapshot();
      expect(await keeper.bring([contract.actions[0]])).toMatchObject({
        changes: [],
        findings: [{ presence: 'adopted' }],
      });
      await keeper.bring([]);
      expect(bed.snapshot()).toEqual(before);
    },
  },
];
