import * as fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Parts } from '../look/parts.ts';
import { defaultPolicy } from '../policy/policy.ts';
import { writePolicy } from '../policy/store.ts';
import type { BundleTerms, MitigationSource, SourceLook } from '../source.ts';
import { type Bench, makeBench } from '../testing/bench.ts';
import { answer } from './answer.ts';
import type { AgentAnswer } from './requests.ts';

let bench: Bench;
let file: string;
beforeEach(() => {
  bench = makeBench();
  file = path.join(bench.folder, 'incoming');
  fs.writeFileSync(file, 'a bundle');
});
afterEach(() => bench.close());

/** A feed that takes bundles, and says what it was asked. */
function taker(name: string, outcome?: SourceLook) {
  const asked: string[] = [];
  const [test] = bench.parts.sources;
  if (!test) throw new Error('the bench has no feed');
  const source: MitigationSource = {
    ...test,
    name,
    look: () => {
      asked.push('look');
      return test.look();
    },
    take: (bytes: Uint8Array, { allowanceMs }: BundleTerms) => {
      asked.push(`${Buffer.from(bytes)} ${allowanceMs / 86_400_000}`);
      return outcome ? Promise.resolve(outcome) : test.look();
    },
  };
  return { source, asked };
}

function take(sources: readonly MitigationSource[], feed?: string): Promise<AgentAnswer> {
  const parts: Parts = { ...bench.parts, sources };
  return answer(parts, { ask: 'look', actor: 'anna', bundle: { file, name: '/media/stick/b', feed } });
}

it('hands the bundle to its feed alone, asks none, and says who brought it', async () => {
  const [stick, other] = [taker('stick'), taker('other')];
  expect(await take([other.source, stick.source], 'stick')).toEqual({
    ok: true,
    said: 'took /media/stick/b for feed stick: version 1',
    done: ['apply M1'],
  });
  expect([new Set(stick.asked), other.asked]).toEqual([new Set(['a bundle 30']), []]);
  expect(bench.parts.journal.history(10)).toContainEqual(
    expect.objectContaining({ actor: 'anna', detail: 'took the bundle /media/stick/b for feed stick: version 1' }),
  );
});

it('allows for staleness what the more restrictive policy does', async () => {
  const { organisation, server } = bench.parts.policyFiles;
  writePolicy(bench.parts.files, organisation, { ...defaultPolicy, stale: { stopAfterDays: 5 } });
  writePolicy(bench.parts.files, server, { ...defaultPolicy, stale: { stopAfterDays: 60 } });
  const stick = taker('stick');
  await take([stick.source]);
  expect(new Set(stick.asked)).toEqual(new Set(['a bundle 5']));
});

it('is an error when the feed refuses it, and what was verified before is looked after all the same', async () => {
  const refused = taker('stick', { ok: false, trouble: { step: 'rollback', reason: 'an older one' } });
  expect(await take([refused.source])).toEqual({
    ok: false,
    code: 'bundle-refused',
    message: '/media/stick/b was refused (rollback): an older one',
  });
  expect(bench.parts.journal.status()).toMatchObject([{ mitigation: 'M1', state: 'protected' }]);
  expect(bench.parts.journal.history(10)).toContainEqual(
    expect.objectContaining({
      actor: 'anna',
      event: 'feed-trouble',
      detail: expect.stringContaining('was refused (rollback)'),
    }),
  );
});

it('is an error when it is not there, or nobody can tell for whom it is', async () => {
  const [plain] = bench.parts.sources;
  const [one, two] = [taker('one').source, taker('two').source];
  const refusals = [await take([one, two]), await take([one], 'three'), await take(plain ? [plain] : [])];
  fs.rmSync(file);
  refusals.push(await take([one]));
  expect(refusals.map((refusal) => (refusal.ok ? 'taken' : refusal.message))).toEqual([
    '2 feeds here take bundles; say which with --feed: one, two',
    'no feed three that takes bundles is configured; there are: one',
    '0 feeds here take bundles; configure one in agent.json',
    '/media/stick/b is not there',
  ]);
});
