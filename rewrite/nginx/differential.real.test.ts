import { describe, expect, it } from 'vitest';
import { keptTrials, redirectTrials } from '../translate/testing/redirect-trials.ts';
import { rewritingTrials } from '../translate/testing/rewriting-trials.ts';
import { catalogTrial, generatedTrials, manyRulesTrials, report } from '../translate/testing/trials.ts';
import { checkNginx } from './index.ts';
import { compareWithNginx } from './testing/differential.ts';
import { nginxInstalled } from './testing/nginx-at-work.ts';

describe.skipIf(!nginxInstalled)('compiled rules on a real nginx', () => {
  it('give the verdict of IIS for the catalog: every evasion of the attacks, and ordinary traffic', async () => {
    const trial = catalogTrial();
    const comparison = await compareWithNginx([trial], { headerBuffers: '8 32k' });
    report('nginx', trial.name, comparison);
    expect(comparison.disagreements).toEqual([]);
    expect(comparison.compared).toBeGreaterThan(300);
    expect(comparison.refused).toBeGreaterThan(100);
  });

  it('give the verdict of IIS where there are many rules behind common scans', async () => {
    const seed = Number(process.env.STOPGAP_SEED ?? Date.now() % 1_000_000_000);
    const comparison = await compareWithNginx(manyRulesTrials(seed));
    report('nginx', `seed ${seed}, 20, 120 and 600 rules`, comparison);
    expect(comparison.disagreements.slice(0, 3)).toEqual([]);
    expect(comparison.refused).toBeGreaterThan(comparison.compared / 3);
  });

  it('send to the place that IIS sends to', async () => {
    const comparison = await compareWithNginx(redirectTrials());
    report('nginx', 'redirects', comparison);
    expect(comparison.disagreements).toEqual([]);
    expect(comparison.redirected).toBeGreaterThan(comparison.compared / 4);
    const kept = await compareWithNginx(keptTrials());
    report('nginx', 'redirects to https', kept);
    expect(kept.redirected).toBe(kept.compared);
  });

  it('go on at the path that IIS goes on at', async () => {
    const comparison = await compareWithNginx(rewritingTrials());
    report('nginx', 'rewrites', comparison);
    expect(comparison.disagreements).toEqual([]);
    expect(comparison.redirected).toBeGreaterThan(comparison.compared / 4);
  });

  it('give the verdict of IIS for generated rules and requests', async () => {
    const seed = Number(process.env.STOPGAP_SEED ?? Date.now() % 1_000_000_000);
    const { trials, refused } = generatedTrials(seed, 200, 100, checkNginx);
    const comparison = await compareWithNginx(trials);
    report('nginx', `seed ${seed}, ${trials.length} rule sets, ${refused} not expressible`, comparison);
    expect(comparison.disagreements.slice(0, 3)).toEqual([]);
    expect(comparison.refused).toBeGreaterThan(comparison.compared / 20);
    expect(comparison.redirected).toBeGreaterThan(comparison.compared / 100);
  });
});
