import { describe, expect, it, vi } from 'vitest';
import { HostError, type HostSurvey } from '../host.ts';
import { look } from '../look/look.ts';
import { removeByHand } from '../look/remove.ts';
import { type Bench, makeBench } from '../testing/bench.ts';
import { documentText } from '../testing/documents.ts';
import { FakeHost } from '../testing/fake-host.ts';

const documents = {
  A: '<service name="one"/><service name="two"/><service name="health"/>',
  B: '<service name="health"/><service name="three"/>',
};
const before = ['one', 'two', 'three', 'health'].map((name) => [`service:${name}`, 'running'] as const);

function servicesBench(): Bench {
  const bench = makeBench([]);
  for (const [thing, state] of before) bench.host.things.set(thing, state);
  for (const [id, actions] of Object.entries(documents))
    bench.feed.documents.set(`${id}.xml`, documentText(id, { actions }));
  return bench;
}

/** From step `at` on, every step throws: as if the process had died, undo included. Answers whether the step was reached. */
async function lookDyingAt(bench: Bench, at: number): Promise<boolean> {
  let step = 0;
  bench.host.before = () => {
    if (++step >= at) throw new Error('dead');
  };
  await look(bench.parts).catch(() => {});
  bench.host.before = () => {};
  return step >= at;
}

/** All or none of each mitigation: its services are all as wanted, or all as they were, as the journal says it is held or not. */
function expectWhole(bench: Bench): void {
  const held = new Set(bench.parts.journal.held().map(({ mitigation }) => mitigation));
  const stopped = new Set([
    ...(held.has('A') ? ['one', 'two', 'health'] : []),
    ...(held.has('B') ? ['three', 'health'] : []),
  ]);
  for (const [thing] of before) {
    expect([thing, bench.host.things.get(thing)]).toEqual([thing, stopped.has(thing.slice(8)) ? 'stopped' : 'running']);
  }
  expect(bench.parts.journal.unfinished()).toEqual([]);
}

describe('an interruption', () => {
  it('at any step of applying is finished or undone at the next look', async () => {
    let tried = 0;
    for (let at = 1; ; at++) {
      const bench = servicesBench();
      const reached = await lookDyingAt(bench, at);
      if (reached) tried++;
      await look(bench.parts);
      expectWhole(bench);
      bench.clock.at += 7_200_000;
      await look(bench.parts);
      expect(bench.parts.journal.held().map(({ mitigation }) => mitigation)).toEqual(['A', 'B']);
      expectWhole(bench);
      bench.close();
      if (!reached) break;
    }
    console.info(`interruptions of applying tried: ${tried}`);
    expect(tried).toBeGreaterThan(5);
  });

  it('at any step of removing is finished or undone at the next look, and every service is as it was', async () => {
    let tried = 0;
    for (let at = 1; ; at++) {
      const bench = servicesBench();
      await look(bench.parts);
      bench.feed.documents.clear();
      const reached = await lookDyingAt(bench, at);
      if (reached) tried++;
      await look(bench.parts);
      expectWhole(bench);
      await look(bench.parts);
      expect(new Map(bench.host.things)).toEqual(new Map(before));
      bench.close();
      if (!reached) break;
    }
    console.info(`interruptions of removing tried: ${tried}`);
    expect(tried).toBeGreaterThan(5);
  });

  it('that cannot be undone stops everything else until it can', async () => {
    const bench = servicesBench();
    await lookDyingAt(bench, 3);
    bench.host.before = (step) => {
      if (step.startsWith('undo')) throw new Error('access denied');
    };
    await expect(look(bench.parts)).rejects.toThrow('access denied');
    expect(bench.parts.journal.unfinished()).toHaveLength(1);
    bench.host.before = () => {};
    await look(bench.parts);
    expectWhole(bench);
    bench.close();
  });

  it('is over once all is out again, even if the server then refuses what the administrator left', async () => {
    const bench = servicesBench();
    bench.host.before = (step) => {
      if (step === 'activate')
        throw new HostError('configuration-refused', 'nginx: unknown directive "oops" in site:3');
    };
    await look(bench.parts);
    expect(bench.parts.journal.unfinished()).toEqual([]);
    expect(new Map(bench.host.things)).toEqual(new Map(before));
    expect(bench.parts.journal.status()[0]).toMatchObject({ state: 'failed', reason: expect.stringContaining('oops') });
    bench.host.before = () => {};
    bench.clock.at += 7_200_000;
    await look(bench.parts);
    expectWhole(bench);
    bench.close();
  });

  it('of one mitigation leaves the others alone where their host cannot be changed now', async () => {
    const bench = servicesBench();
    await look(bench.parts);
    const absent = { present: false, detail: 'gone', missing: [], endpoints: [] };
    const gone = Object.assign(Object.create(bench.host), {
      survey: async () => absent,
      plan: () => Promise.reject(new Error('not there')),
    });
    bench.feed.documents.set('P.xml', documentText('P', { actions: '<none/>' }));
    await look({ ...bench.parts, hosts: [gone] });
    expect(bench.parts.journal.held().map(({ mitigation }) => mitigation)).toEqual(['A', 'B', 'P']);
    expect(bench.host.things.get('service:one')).toBe('stopped');
    bench.close();
  });

  it('while a host is looked at does not let a removal take off what else is in force there', async () => {
    const bench = servicesBench();
    await look(bench.parts);
    const survey = await bench.host.survey();
    const busy = { ...survey, missing: [{ what: 'its configuration is open', remedy: 'look again' }] };
    let looks = 0;
    Object.assign(bench.host, {
      survey: async () => (looks++ === 0 ? busy : survey),
      accepts: (_: unknown, { missing }: HostSurvey) =>
        missing.length === 0
          ? { accepted: true, notes: [] }
          : { accepted: false, state: 'prerequisite-missing', reason: 'its configuration is open' },
    });
    expect(await removeByHand(bench.parts, 'A', 'anna', 'in the way')).toBeUndefined();
    expect(bench.parts.journal.held().map(({ mitigation }) => mitigation)).toEqual(['B']);
    expectWhole(bench);
    bench.close();
  });
});

describe('taking back', () => {
  it('does not wait for a journal that cannot be written', async () => {
    const bench = makeBench();
    bench.answers = () => (bench.host.things.size > 0 ? { kind: 'closed' } : answered);
    const { journal } = bench.parts;
    const full = () => {
      throw new Error('database or disk is full');
    };
    const reach = vi.spyOn(journal, 'reach').mockImplementation(full);
    const undone = vi.spyOn(journal, 'undone').mockImplementation(full);
    await expect(look(bench.parts)).rejects.toThrow('database or disk is full');
    expect([...bench.host.things]).toEqual([]);
    for (const one of [reach, undone]) one.mockRestore();
    expect((await look(bench.parts)).status).toMatchObject([{ state: 'failed' }]);
    expect(journal.unfinished()).toEqual([]);
    bench.close();
  });

  it('does not leave one host as it is because another is stuck', async () => {
    const bench = makeBench();
    const other = new FakeHost('other');
    bench.parts = { ...bench.parts, hosts: [bench.host, other] };
    bench.answers = () => (bench.host.things.size > 0 ? { kind: 'closed' } : answered);
    other.before = (step) => {
      if (step.startsWith('undo')) throw new Error('it does not answer');
    };
    await expect(look(bench.parts)).rejects.toThrow('it does not answer');
    expect([bench.host.things.size, other.things.size]).toEqual([0, 1]);
    expect(bench.parts.journal.unfinished()).toHaveLength(1);
    other.before = () => {};
    expect((await look(bench.parts)).status).toMatchObject([{ state: 'failed' }]);
    expect([other.things.size, bench.parts.journal.unfinished()]).toEqual([0, []]);
    bench.close();
  });
});

const answered = { kind: 'answered', status: 200, headers: {} } as const;
