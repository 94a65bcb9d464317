import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RewriteError } from '../errors.ts';
import type { ScopedRules } from '../model.ts';
import { checkNginx } from './index.ts';
import { catalogRules, rulesFrom } from './testing/catalog-rules.ts';
import { type Comparison, compareWithNginx, type Trial } from './testing/differential.ts';
import { evasionsOf } from './testing/evasions.ts';
import { generatedRequest } from './testing/generated-requests.ts';
import { generatedRewrite } from './testing/generated-rules.ts';
import { nginxInstalled } from './testing/nginx-at-work.ts';
import { vectors, vectorsThere } from './testing/vectors.ts';
import type { WireRequest } from './testing/wire.ts';

const get = (url: string, headers: WireRequest['headers'] = []): WireRequest => ({
  method: 'GET',
  url,
  host: 'mail.example.org',
  headers,
});

const attack = '/autodiscover/autodiscover.json?a=@example.invalid/powershell';
const cookies = [
  'X-BEResource=a/b~c',
  'x=1; X-BEResource=localhost~1942062522; y=/z~0',
  'X-AnonResource-Backend=a',
  'X-BEResource=a~b',
  'X-BEResource=/~',
  'X-BEResource=a/~b',
];

function report(what: string, { compared, refused, ownRefusals, broader, disagreements }: Comparison): void {
  const classes = [...broader].map(([name, count]) => `${name}: ${count}`).join(', ') || 'none';
  console.log(
    `nginx, ${what}: ${compared} requests, ${refused} refused by IIS, ${ownRefusals} refused by nginx itself, broader (${classes}), ${disagreements.length} disagreements`,
  );
}

describe.skipIf(!nginxInstalled)('compiled rules on a real nginx', () => {
  it('give the verdict of IIS for the catalog: every evasion of the attacks, and ordinary traffic', async () => {
    const urls = [
      attack,
      '/owa/?x=1',
      '/AutoDiscover/x/../PowerShell?',
      '/powershell/?X=autodiscover',
      '/ecp/default.aspx?a=autodiscover&b=power-shell',
    ];
    const requests = [
      ...urls.flatMap(evasionsOf).map((url) => get(url.replaceAll(' ', '%20'))),
      ...cookies
        .flatMap((cookie) => [cookie, cookie.toUpperCase(), encodeURIComponent(cookie)])
        .map((cookie) => get('/owa/', [['Cookie', cookie]])),
      get('/owa/', [
        ['Cookie', 'X-BEResource=a'],
        ['Cookie', 'b=/c~d'],
      ]),
      ...vectors('attacks'),
      ...vectors('benign'),
    ];
    const rules = ['CVE-2022-41040', 'CVE-2021-26855'].flatMap((id) => catalogRules(id));
    const comparison = await compareWithNginx([{ name: 'catalog', rules, requests }], { headerBuffers: '8 32k' });
    report(`catalog${vectorsThere ? ' with the shared vectors' : ' (shared vectors absent: skipped)'}`, comparison);
    expect(comparison.disagreements).toEqual([]);
    expect(comparison.compared).toBeGreaterThan(300);
    expect(comparison.refused).toBeGreaterThan(100);
  });

  it('give the verdict of IIS for generated rules and requests', async () => {
    const seed = Number(process.env.STOPGAP_SEED ?? Date.now() % 1_000_000_000);
    const { trials, refused } = generatedTrials(seed, 200, 100);
    const comparison = await compareWithNginx(trials);
    report(`seed ${seed}, ${trials.length} rule sets, ${refused} not expressible`, comparison);
    expect(comparison.disagreements.slice(0, 3)).toEqual([]);
    expect(comparison.refused).toBeGreaterThan(comparison.compared / 20);
  });
});

/** Sets of one to three owners, at the root and below it. */
function generatedTrials(
  seed: number,
  sets: number,
  requests: number,
): { readonly trials: readonly Trial[]; readonly refused: number } {
  const sources = fc.sample(fc.array(generatedRewrite, { minLength: 1, maxLength: 2 }), { seed, numRuns: sets });
  const trials: Trial[] = [];
  let refused = 0;
  for (const [at, texts] of sources.entries()) {
    const rules = texts.flatMap((xml, place) => accepted(`o${place}`, xml, (at + place) % 3 === 2 ? '/owa' : '/'));
    if (checkNginx(rules).length > 0) refused += 1;
    else if (rules.length > 0) {
      const list = fc.sample(generatedRequest, { seed: seed + at, numRuns: requests });
      trials.push({ name: texts.join('\n'), rules, requests: list });
    }
  }
  return { trials, refused };
}

/** The rules if IIS takes them: among those generated are some that it would not. */
function accepted(owner: string, xml: string, level: string): readonly ScopedRules[] {
  try {
    return [rulesFrom(owner, xml, { level })];
  } catch (error) {
    if (error instanceof RewriteError) return [];
    throw error;
  }
}
