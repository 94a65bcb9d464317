import { describe, expect, it } from 'vitest';
import { keptTrials, redirectTrials } from '../translate/testing/redirect-trials.ts';
import { catalogTrial, generatedTrials, manyRulesTrials, report } from '../translate/testing/trials.ts';
import { checkApache } from './index.ts';
import { apacheInstalled } from './testing/apache-at-work.ts';
import { compareWithApache } from './testing/differential.ts';

describe.skipIf(!apacheInstalled)('compiled rules on a real Apache', () => {
  it('give the verdict of IIS for the catalog: every evasion of the attacks, and ordinary traffic', async () => {
    const trial = catalogTrial();
    const comparison = await compareWithApache([trial]);
    report('Apache', trial.name, comparison);
    expect(comparison.disagreements).toEqual([]);
    expect(comparison.compared).toBeGreaterThan(300);
    expect(comparison.refused).toBeGreaterThan(100);
  });

  it('give the verdict of IIS where there are many rules behind a common first look', async () => {
    const seed = Number(process.env.STOPGAP_SEED ?? Date.now() % 1_000_000_000);
    const comparison = await compareWithApache(manyRulesTrials(seed));
    report('Apache', `seed ${seed}, 20, 120 and 600 rules`, comparison);
    expect(comparison.disagreements.slice(0, 3)).toEqual([]);
    expect(comparison.refused).toBeGreaterThan(comparison.compared / 3);
  });

  it('send to the place that IIS sends to', async () => {
    const comparison = await compareWithApache(redirectTrials());
    report('Apache', 'redirects', comparison);
    expect(comparison.disagreements).toEqual([]);
    expect(comparison.redirected).toBeGreaterThan(comparison.compared / 4);
    const kept = await compareWithApache(keptTrials());
    report('Apache', 'redirects to https', kept);
    expect(kept.redirected).toBe(kept.compared);
  });

  it('give the verdict of IIS for generated rules and requests', async () => {
    const seed = Number(process.env.STOPGAP_SEED ?? Date.now() % 1_000_000_000);
    const { trials, refused } = generatedTrials(seed, 120, 100, checkApache);
    const comparison = await compareWithApache(trials);
    report('Apache', `seed ${seed}, ${trials.length} rule sets, ${refused} not expressible`, comparison);
    expect(comparison.disagreements.slice(0, 3)).toEqual([]);
    expect(comparison.refused).toBeGreaterThan(comparison.compared / 20);
  });
});
