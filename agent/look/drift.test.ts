import { afterEach, beforeEach, expect, it } from 'vitest';
import { answer } from '../service/answer.ts';
import { type Bench, makeBench } from '../testing/bench.ts';
import { documentText } from '../testing/documents.ts';
import { FakeHost } from '../testing/fake-host.ts';
import { look } from './look.ts';

let bench: Bench;
beforeEach(() => {
  bench = makeBench();
});
afterEach(() => bench.close());

async function rowOf(id = 'M1') {
  const { status } = await look(bench.parts);
  return status.find(({ mitigation }) => mitigation === id);
}

it('what somebody took out while mitigations are switched off is not said to protect', async () => {
  await look(bench.parts);
  await answer(bench.parts, { ask: 'enable', actor: 'anna', on: false });
  expect((await rowOf())?.state).toBe('protected');
  bench.host.things.clear();
  expect(await rowOf()).toMatchObject({
    state: 'pending',
    reason:
      'mitigations are switched off on this server; what is in force stays, but it does not stand as it should (fake: not there), and is not put back; apply it by hand with: stopgap apply M1',
  });
  expect([...bench.host.things]).toEqual([]);
});

it('what is kept after it expired is repaired and proven as ever', async () => {
  bench.feed.documents.set('M1.xml', documentText('M1', { expires: '2026-11-22T00:00:00Z', afterwards: 'keep' }));
  await look(bench.parts);
  bench.clock.at += 86_400_000;
  bench.host.things.clear();
  const said =
    'expired on 2026-11-22; its publisher says to keep it: look for the fix; 1 attack refused, 1 ordinary request passed';
  expect(await rowOf()).toMatchObject({ state: 'protected', reason: said });
  expect([...bench.host.things.keys()]).toEqual(['rule:M1#0']);
  expect(await rowOf()).toMatchObject({ state: 'protected', reason: said });
});

it('what stays in force while a newer revision awaits approval is repaired', async () => {
  await answer(bench.parts, { ask: 'mode', actor: 'anna', mode: 'approve' });
  await answer(bench.parts, { ask: 'approve', actor: 'anna', id: 'M1', revision: 1 });
  bench.feed.documents.set('M1.xml', documentText('M1', { revision: 2 }));
  bench.host.things.clear();
  expect(await rowOf()).toMatchObject({
    state: 'pending',
    reason: expect.stringMatching(/revision 1 stays in force$/),
  });
  expect(bench.host.things.get('rule:M1#0')).toBe('1 enforce');
});

it('a revision that fails rests longer each time, and says what stays in force', async () => {
  await look(bench.parts);
  bench.feed.documents.set('M1.xml', documentText('M1', { revision: 2 }));
  bench.host.before = (step) => {
    if (step === 'activate' && bench.host.things.get('rule:M1#0') === '2 enforce') throw new Error('refused');
  };
  const failed = {
    state: 'failed',
    revision: 2,
    reason: 'refused; revision 1 stays in force; tried again at 12:01 UTC',
  };
  expect(await rowOf()).toMatchObject({ ...failed, attempts: 1 });
  expect(await rowOf()).toMatchObject({ ...failed, attempts: 1 });
  bench.clock.at += 61_000;
  expect(await rowOf()).toMatchObject({ attempts: 2, nextTry: bench.clock.at + 120_000 });
  expect(bench.host.things.get('rule:M1#0')).toBe('1 enforce');
});

it('a host that cannot be read keeps neither a look nor what is none of its business', async () => {
  const broken = new FakeHost('broken');
  broken.plan = async () => {
    throw new Error('nginx.conf: unexpected }');
  };
  await look(bench.parts);
  bench.parts = { ...bench.parts, hosts: [bench.host, broken] };
  bench.feed.documents.set('P.xml', documentText('P', { actions: '<none/>' }));
  bench.product.build = '1.2.8';
  expect(await rowOf('P')).toMatchObject({ state: 'protected' });
  bench.product.build = '1.2.9';
  expect(await rowOf()).toMatchObject({
    state: 'failed',
    reason: expect.stringMatching(/^could not be taken off: nginx\.conf: unexpected \}; tried again/),
  });
  expect(await rowOf('P')).toMatchObject({ state: 'removed' });
});

it('a host that cannot be looked at keeps nothing from the others, and keeps what it holds', async () => {
  const other = new FakeHost('other');
  bench.parts = { ...bench.parts, hosts: [bench.host, other] };
  await look(bench.parts);
  other.survey = async () => {
    throw new Error('gateway.json: it is not a regular file');
  };
  other.accepts = () => ({ accepted: false, state: 'prerequisite-missing', reason: 'gateway.json' });
  bench.host.things.clear();
  expect(await rowOf()).toMatchObject({ state: 'prerequisite-missing' });
  expect([...other.things.keys()]).toEqual(['rule:M1#0']);
  bench.feed.documents.set('P.xml', documentText('P', { actions: '<none/>' }));
  expect(await rowOf('P')).toMatchObject({ state: 'protected' });
});
