import type { RulesEntry } from '@stopgap/gateway';

/**
 * Rules of the shape of the published mitigation for CVE-2022-41040: two look-aheads over the decoded URL, without regard
 * to case, abort. Each with literals of its own, 8 to 14 characters, the same on every run.
 */
export function publishedRules(count: number): readonly RulesEntry[] {
  const next = wordsFrom(20_220_930);
  return Array.from({ length: count }, (_, n) => ({
    owner: `BENCH-${n}`,
    revision: 1,
    index: 0,
    level: '/',
    mode: 'enforce' as const,
    rewrite: `<rewrite><rules><rule name="bench ${n}" stopProcessing="true"><match url=".*" /><conditions><add input="{UrlDecode:{REQUEST_URI}}" pattern="(?=.*${next()})(?=.*${next()})" /></conditions><action type="AbortRequest" /></rule></rules></rewrite>`,
  }));
}

/** A small generator (Park and Miller's) in place of a random one: the figures of two runs compare. */
function wordsFrom(seed: number): () => string {
  let state = seed;
  const roll = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  return () => Array.from({ length: 8 + roll(7) }, () => String.fromCharCode(97 + roll(26))).join('');
}
