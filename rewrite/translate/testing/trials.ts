import fc from 'fast-check';
import { RewriteError } from '../../errors.ts';
import type { ScopedRules } from '../../model.ts';
import type { Refusal } from '../result.ts';
import { catalogRules, rulesFrom } from './catalog-rules.ts';
import { evasionsOf } from './evasions.ts';
import { generatedRequest } from './generated-requests.ts';
import { generatedRewrite } from './generated-rules.ts';
import { manyRules } from './many-rules.ts';
import type { Comparison, Trial } from './trial.ts';
import { vectors, vectorsThere } from './vectors.ts';
import type { WireRequest } from './wire.ts';

const get = (url: string, headers: WireRequest['headers'] = []): WireRequest => ({
  method: 'GET',
  url,
  host: 'mail.example.org',
  headers,
});

const urls = [
  '/autodiscover/autodiscover.json?a=@example.invalid/powershell',
  '/owa/?x=1',
  '/AutoDiscover/x/../PowerShell?',
  '/powershell/?X=autodiscover',
  '/ecp/default.aspx?a=autodiscover&b=power-shell',
];
const cookies = [
  'X-BEResource=a/b~c',
  'x=1; X-BEResource=localhost~1942062522; y=/z~0',
  'X-AnonResource-Backend=a',
  'X-BEResource=a~b',
  'X-BEResource=/~',
  'X-BEResource=a/~b',
];

/** The catalog's rules with every evasion of the attacks, and ordinary traffic. */
export function catalogTrial(): Trial {
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
  return {
    name: `catalog${vectorsThere ? ' with the shared vectors' : ' (shared vectors absent: skipped)'}`,
    rules,
    requests,
  };
}

/** Sets of one to three owners, at the root and below it; those that `check` refuses are only counted. */
export function generatedTrials(
  seed: number,
  sets: number,
  requests: number,
  check: (rules: readonly ScopedRules[]) => readonly Refusal[],
): { readonly trials: readonly Trial[]; readonly refused: number } {
  const sources = fc.sample(fc.array(generatedRewrite, { minLength: 1, maxLength: 2 }), { seed, numRuns: sets });
  const trials: Trial[] = [];
  let refused = 0;
  for (const [at, texts] of sources.entries()) {
    const rules = texts.flatMap((xml, place) => accepted(`o${place}`, xml, (at + place) % 3 === 2 ? '/owa' : '/'));
    if (check(rules).length > 0) refused += 1;
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

/** Prints what came of a comparison. */
export function report(server: string, what: string, comparison: Comparison): void {
  const { compared, refused, redirected, ownRefusals, broader, disagreements } = comparison;
  const classes = [...broader].map(([name, count]) => `${name}: ${count}`).join(', ') || 'none';
  console.log(
    `${server}, ${what}: ${compared} requests, ${refused} refused by IIS, ${redirected} sent to the same place, ${ownRefusals} refused by ${server} itself, broader (${classes}), ${disagreements.length} disagreements`,
  );
}

/** Rules by the dozen and by the hundred behind common scans, each with its attack, in disguise and mixed with others. */
export function manyRulesTrials(seed: number): readonly Trial[] {
  const benign = vectors('benign');
  return [20, 120, 600].map((count, at) => {
    const { rules, requests } = manyRules(count, seed + at);
    return { name: `${count} rules`, rules, requests: [...requests, ...benign] };
  });
}
