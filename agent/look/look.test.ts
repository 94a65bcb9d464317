import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answer } from '../service/answer.ts';
import { type Bench, makeBench } from '../testing/bench.ts';
import { documentText } from '../testing/documents.ts';
import { look } from './look.ts';

let bench: Bench;
beforeEach(() => {
  bench = makeBench();
});
afterEach(() => bench.close());

async function stateOf(id = 'M1'): Promise<string> {
  const { status } = await look(bench.parts);
  const record = status.find(({ mitigation }) => mitigation === id);
  return `${record?.state}: ${record?.reason}`;
}

const rules = () => [...bench.host.things.keys()];

describe('a look', () => {
  it('applies what the feed offers and proves it', async () => {
    expect(await stateOf()).toBe('protected: 1 attack refused, 1 ordinary request passed');
    expect(rules()).toEqual(['rule:M1#0']);
  });

  it('changes nothing the second time', async () => {
    await look(bench.parts);
    const { done } = await look(bench.parts);
    expect(done).toEqual([]);
    expect(bench.host.activations).toBe(1);
  });

  it('proves again after an hour', async () => {
    await look(bench.parts);
    bench.clock.at += 3_600_001;
    expect((await look(bench.parts)).done).toEqual(['prove M1']);
  });

  it('takes it off when the build is fixed, and says so from then on', async () => {
    await look(bench.parts);
    bench.product.build = '1.2.9';
    expect(await stateOf()).toMatch(/^removed: fixed in 1\.2\.9/);
    expect(rules()).toEqual([]);
    expect(await stateOf()).toMatch(/^removed: fixed in 1\.2\.9/);
  });

  it('takes it off when it is withdrawn, when it has expired, and when its feed offers it no more', async () => {
    for (const change of [
      () => bench.feed.documents.set('M1.xml', documentText('M1', { revision: 2, withdrawn: 'it broke mail' })),
      () => bench.feed.documents.set('M1.xml', documentText('M1', { revision: 3, expires: '2026-11-01T00:00:00Z' })),
      () => bench.feed.documents.delete('M1.xml'),
    ]) {
      bench.feed.documents.set('M1.xml', documentText('M1'));
      await look(bench.parts);
      expect(rules()).toEqual(['rule:M1#0']);
      change();
      expect(await stateOf()).toMatch(
        /^removed: (withdrawn by its publisher: it broke mail|expired on 2026-11-01|no longer in its feed)/,
      );
      expect(rules()).toEqual([]);
    }
  });

  it('keeps one that expired where its publisher says so, until the fix is in', async () => {
    bench.feed.documents.set('M1.xml', documentText('M1', { expires: '2026-11-22T00:00:00Z', afterwards: 'keep' }));
    await look(bench.parts);
    bench.clock.at += 86_400_000;
    expect(await stateOf()).toMatch(/^protected: expired on 2026-11-22; its publisher says to keep it/);
    bench.product.build = '1.2.9';
    expect(await stateOf()).toMatch(/^removed: fixed in 1\.2\.9/);
    expect(rules()).toEqual([]);
  });

  it('replaces a revision by a newer one, and keeps its time', async () => {
    await look(bench.parts);
    const since = bench.parts.journal.held()[0]?.since;
    bench.clock.at += 1000;
    bench.feed.documents.set('M1.xml', documentText('M1', { revision: 2 }));
    await look(bench.parts);
    expect(bench.parts.journal.held()[0]).toMatchObject({ revision: 2, since });
    expect(bench.host.things.get('rule:M1#0')).toBe('2 enforce');
  });

  it('keeps what is applied when the feed cannot be used, and says since when and why', async () => {
    await look(bench.parts);
    bench.feed.trouble = 'the name feed.example.org is not known (DNS)';
    const since = bench.clock.at;
    await look(bench.parts);
    bench.clock.at += 60_000;
    expect(await stateOf()).toMatch(/^protected/);
    expect(bench.parts.journal.sources()[0]?.trouble).toEqual({ step: 'dns', reason: bench.feed.trouble, since });
  });

  it('puts back what somebody took out, and reports it', async () => {
    await look(bench.parts);
    bench.host.things.clear();
    expect((await look(bench.parts)).done).toEqual(['repair M1']);
    expect(rules()).toEqual(['rule:M1#0']);
    expect(bench.parts.journal.history(1)[0]).toMatchObject({ event: 'repaired', mitigation: 'M1' });
  });

  it('says conflict where our name stands on something different, and touches nothing', async () => {
    bench.host.foreign.set('M1', { presence: 'conflict', detail: 'a rule M1 with another pattern' });
    expect(await stateOf()).toBe('conflict: fake: a rule M1 with another pattern');
    expect(bench.host.activations).toBe(0);
  });

  it("uses the admin's own rule of the same effect, and says so", async () => {
    bench.host.foreign.set('M1', { presence: 'adopted', detail: 'the rule "block attacks" does the same' });
    bench.host.things.set('rule:M1#0', '1 enforce');
    expect(await stateOf()).toMatch(/^protected: 1 attack refused.*; fake: the rule "block attacks" does the same$/);
    expect(bench.host.activations).toBe(0);
  });

  it('says unsupported where no host can carry an action out', async () => {
    bench.host.acceptance = { accepted: false, state: 'unsupported', reason: 'outbound rules are not expressible' };
    expect(await stateOf()).toBe('unsupported: fake: outbound rules are not expressible');
  });

  it('shows a document it cannot read as unsupported, and carries on', async () => {
    bench.feed.documents.set('M2.xml', '<mitigation schema="9" id="M2" revision="1"/>');
    expect(await stateOf('M2.xml')).toMatch(/^unsupported: .*schema/);
    expect(await stateOf()).toMatch(/^protected/);
  });

  it('tells what it does not know from what is not there', async () => {
    const troubled = { products: [], problems: new Map([['thing', 'the registry cannot be read']]) };
    await look(bench.parts);
    const parts = { ...bench.parts, inventory: async () => troubled };
    const { status } = await look(parts);
    expect(status[0]?.reason).toBe(
      'cannot tell whether it applies: the registry cannot be read; left in force meanwhile',
    );
    expect(rules()).toEqual(['rule:M1#0']);
  });
});

describe('a proof', () => {
  it('undoes what does not refuse the attack, and tries again later, less and less often', async () => {
    bench.answers = () => ({ kind: 'answered', status: 200, headers: {} });
    expect(await stateOf()).toMatch(
      /^failed: the attack "attack" was not refused at 127\.0\.0\.1:1: status 200; the change was taken back; tried again at 12:01 UTC/,
    );
    expect(rules()).toEqual([]);
    expect((await look(bench.parts)).done).toEqual([]);
    bench.clock.at += 61_000;
    expect((await look(bench.parts)).done).toEqual(['apply M1']);
    expect(bench.parts.journal.status()[0]).toMatchObject({ attempts: 2, nextTry: bench.clock.at + 120_000 });
  });

  it('undoes what refuses ordinary traffic', async () => {
    bench.answers = (url) =>
      url === '/' && bench.host.things.size > 0 ? { kind: 'closed' } : { kind: 'answered', status: 200, headers: {} };
    bench.feed.documents.set('M1.xml', documentText('M1'));
    expect(await stateOf()).toMatch(/^failed: the (attack|ordinary request)/);
    expect(rules()).toEqual([]);
  });

  it('takes off, at the hourly proof, what no longer holds', async () => {
    await look(bench.parts);
    bench.clock.at += 3_600_001;
    bench.answers = () => ({ kind: 'answered', status: 200, headers: {} });
    expect(await stateOf()).toMatch(/^failed: the attack "attack" was not refused .*; it was taken off/);
    expect(rules()).toEqual([]);
  });

  it('calls applied what nobody answers for', async () => {
    bench.answers = () => ({ kind: 'unreachable', reason: 'connect ECONNREFUSED' });
    expect(await stateOf()).toBe('applied: cannot be proven: 127.0.0.1:1: connect ECONNREFUSED');
    expect(rules()).toEqual(['rule:M1#0']);
  });

  it('is overruled by a health check that fails after the change and did not before', async () => {
    const checks = [0, 1].values();
    const commands = { run: async () => ({ code: checks.next().value ?? 0, stdout: '', stderr: 'mail is stuck' }) };
    const { status } = await look({ ...bench.parts, commands, health: [{ command: ['/bin/check'] }] });
    expect(status[0]?.reason).toMatch(
      /^health check: \/bin\/check exited with 1 mail is stuck; the change was taken back/,
    );
    expect(rules()).toEqual([]);
  });
});

describe('policy', () => {
  const ask = (request: Parameters<typeof answer>[1]) => answer(bench.parts, request);

  it('takes off what is blocked, with the reason, and puts it back when it is unblocked', async () => {
    await look(bench.parts);
    await ask({ ask: 'block', actor: 'anna', id: 'M1', reason: 'needed for the migration', keep: false });
    expect(await stateOf()).toBe('blocked: by anna: needed for the migration');
    expect(rules()).toEqual([]);
    await ask({ ask: 'unblock', actor: 'anna', id: 'M1' });
    expect(rules()).toEqual(['rule:M1#0']);
  });

  it('leaves in force what is blocked with keep', async () => {
    await look(bench.parts);
    await ask({ ask: 'block', actor: 'anna', id: 'M1', reason: 'no', keep: true });
    expect(await stateOf()).toBe('blocked: by anna: no; left in force as asked');
    expect(rules()).toEqual(['rule:M1#0']);
  });

  it('applies nothing by itself when switched off, but by hand', async () => {
    await ask({ ask: 'enable', actor: 'anna', on: false });
    expect(await stateOf()).toMatch(/^pending: mitigations are switched off on this server; apply it by hand/);
    expect(await ask({ ask: 'apply', actor: 'anna', ids: ['M1'], documents: [] })).toMatchObject({ ok: true });
    expect(await stateOf()).toMatch(/^protected/);
    expect(await ask({ ask: 'remove', actor: 'anna', id: 'M1', reason: 'done' })).toMatchObject({ ok: true });
    expect(rules()).toEqual([]);
  });

  it('leaves in force what is there when it is switched off', async () => {
    await look(bench.parts);
    await ask({ ask: 'enable', actor: 'anna', on: false });
    expect(await stateOf()).toBe('protected: mitigations are switched off on this server; what is in force stays');
  });

  it('refuses to remove what would come back, and says what to do', async () => {
    await look(bench.parts);
    expect(await ask({ ask: 'remove', actor: 'anna', id: 'M1', reason: 'x' })).toMatchObject({
      ok: false,
      code: 'refused-by-policy',
    });
  });

  it('waits for approval of each revision, the older one staying in force', async () => {
    await ask({ ask: 'mode', actor: 'anna', mode: 'approve' });
    expect(await stateOf()).toBe('pending: revision 1 awaits approval: stopgap approve M1');
    await ask({ ask: 'approve', actor: 'anna', id: 'M1', revision: undefined });
    expect(await stateOf()).toMatch(/^protected/);
    bench.feed.documents.set('M1.xml', documentText('M1', { revision: 2 }));
    expect(await stateOf()).toBe('pending: revision 2 awaits approval: stopgap approve M1; revision 1 stays in force');
    expect(bench.host.things.get('rule:M1#0')).toBe('1 enforce');
  });

  it('observes: the rule is there, but not enforced', async () => {
    await ask({ ask: 'mode', actor: 'anna', mode: 'observe' });
    expect(await stateOf()).toMatch(/^observing/);
    expect(bench.host.things.get('rule:M1#0')).toBe('1 observe');
    await ask({ ask: 'mode', actor: 'anna', mode: 'enforce' });
    expect(await stateOf()).toMatch(/^protected/);
  });

  it('applies a document from a file without any feed, and refuses one whose fix is in', async () => {
    bench.feed.documents.clear();
    const given = (id: string, fixed: string) => [{ file: `${id}.xml`, text: documentText(id, { fixed }) }];
    expect(await ask({ ask: 'apply', actor: 'anna', ids: [], documents: given('F1', '1.2.9') })).toMatchObject({
      ok: true,
    });
    expect(await ask({ ask: 'apply', actor: 'anna', ids: [], documents: given('F2', '1.2.1') })).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^F2 is not-applicable: fixed in 1\.2\.1/),
    });
    expect(await stateOf('F1')).toMatch(/^protected/);
    expect(rules()).toEqual(['rule:F1#0']);
  });
});

describe('claims', () => {
  const stop = (...names: string[]) => names.map((name) => `<service name="${name}"/>`).join('');

  it('give a service back its first state only when the last claim ends', async () => {
    bench.host.things.set('service:health', 'running');
    bench.feed.documents.set('A.xml', documentText('A', { actions: stop('health') }));
    bench.feed.documents.set('B.xml', documentText('B', { actions: stop('health'), fixed: '1.2.5' }));
    await look(bench.parts);
    expect(bench.host.things.get('service:health')).toBe('stopped');
    bench.feed.documents.delete('A.xml');
    await look(bench.parts);
    expect(bench.host.things.get('service:health')).toBe('stopped');
    bench.product.build = '1.2.5';
    await look(bench.parts);
    expect(bench.host.things.get('service:health')).toBe('running');
    expect(bench.parts.journal.claimants()).toEqual([]);
  });
});
