import type { Branch, Fix, Mitigation, ProductRange, VersionScheme } from './document.ts';
import type { ProductFacts } from './inventory.ts';
import { compareVersions, isVersion } from './versions.ts';

/** Whether a mitigation is for a server, and why; `reason` is one clause, without a full stop. */
export type Judgement =
  | {
      readonly verdict: 'applies';
      /** The product and branch that are affected; empty when the mitigation is for every server. */
      readonly product: string;
      readonly branch: string;
      readonly reason: string;
    }
  | {
      /**
       * `absent`: none of its products is here. `other-branch`: the build is in no branch that is listed, so it is not
       * affected. `fixed`: a fix is installed. `role-excepted`: a role that is left out. `unknown-build`: the product is here,
       * but its build cannot be compared, so nothing can be said.
       */
      readonly verdict: 'absent' | 'other-branch' | 'fixed' | 'role-excepted' | 'unknown-build';
      readonly reason: string;
    };

/** Where several products are here or listed, the judgement that asks most of the admin is the one that counts. */
const order: readonly Judgement['verdict'][] = [
  'applies',
  'unknown-build',
  'fixed',
  'role-excepted',
  'other-branch',
  'absent',
];

/** Judges a mitigation against what is known about this server. Pure. */
export function judge(mitigation: Pick<Mitigation, 'applicability'>, inventory: readonly ProductFacts[]): Judgement {
  const { applicability } = mitigation;
  if (applicability.length === 0) {
    return { verdict: 'applies', product: '', branch: '', reason: 'applies to every server' };
  }
  const judgements = applicability.flatMap((range) =>
    inventory.filter((facts) => facts.product === range.product).map((facts) => judgeProduct(range, facts)),
  );
  const worst = order
    .map((verdict) => judgements.find((judgement) => judgement.verdict === verdict))
    .find((judgement) => judgement !== undefined);
  if (worst) return worst;
  const names = applicability.map((range) => range.product).join(' or ');
  return { verdict: 'absent', reason: `${names} is not on this server` };
}

function judgeProduct(range: ProductRange, facts: ProductFacts): Judgement {
  const excepted = facts.roles.find((role) => range.exceptRoles.includes(role));
  if (excepted !== undefined) {
    return { verdict: 'role-excepted', reason: `leaves servers of role ${excepted} out` };
  }
  const scheme = range.versions ?? 'dotted';
  const { build } = facts;
  if (build === undefined || !isVersion(scheme, build)) return unknownBuild(range, facts, scheme);
  const branch = range.branches.find((candidate) => contains(candidate, build, scheme));
  if (!branch) return otherBranch(range, build, scheme);
  return judgeBranch(branch, { ...facts, build }, scheme);
}

/** Facts whose build can be compared. */
type KnownBuild = ProductFacts & { readonly build: string };

function judgeBranch(branch: Branch, facts: KnownBuild, scheme: VersionScheme): Judgement {
  const builds = branch.fixes
    .flatMap((fix) => (fix.kind === 'build' ? [fix.build] : []))
    .sort((a, b) => compareVersions(scheme, b, a) ?? 0);
  const reached = builds.find((build) => (compareVersions(scheme, facts.build, build) ?? -1) >= 0);
  if (reached !== undefined) return { verdict: 'fixed', reason: `fixed in ${reached}, this is ${facts.build}` };
  for (const fix of branch.fixes) {
    const reason = fixedBy(fix, facts);
    if (reason) return { verdict: 'fixed', reason };
  }
  const { product } = facts;
  const reason = `${product} ${facts.build} is affected (${branch.name}; ${remedy(branch.fixes)})`;
  return { verdict: 'applies', product, branch: branch.name, reason };
}

/** Fixes that are not builds of the product. */
function fixedBy(fix: Fix, facts: ProductFacts): string | undefined {
  if (fix.kind === 'update') {
    const installed = facts.updates.some((id) => id.toLowerCase() === fix.id.toLowerCase());
    return installed ? `fixed by ${fix.id}, which is installed` : undefined;
  }
  if (fix.kind === 'package') {
    const version = facts.packages.get(fix.name);
    if (version === undefined || (compareVersions('debian', version, fix.version) ?? -1) < 0) return undefined;
    return `fixed in ${fix.name} ${fix.version}, this is ${version}`;
  }
  return undefined;
}

function remedy(fixes: readonly Fix[]): string {
  const ways = fixes.map((fix) => {
    if (fix.kind === 'build') return fix.build;
    return fix.kind === 'update' ? fix.id : `${fix.name} ${fix.version}`;
  });
  return ways.length === 0 ? 'there is no fix for this branch' : `fixed by ${ways.join(' or ')}`;
}

function contains(branch: Branch, build: string, scheme: VersionScheme): boolean {
  const atLeast = (compareVersions(scheme, build, branch.from) ?? -1) >= 0;
  return atLeast && (compareVersions(scheme, build, branch.below) ?? 1) < 0;
}

function unknownBuild(range: ProductRange, { build, source }: ProductFacts, scheme: VersionScheme): Judgement {
  const expected = scheme === 'debian' ? 'a Debian version' : 'dotted numbers';
  const found = build === undefined ? 'is not known' : `reads ${JSON.stringify(build)}, which is not ${expected}`;
  const reason = `${range.product} is here (${source}), but its build ${found}; correct its detector`;
  return { verdict: 'unknown-build', reason };
}

/** Tells on which side of the affected branches the build lies. */
function otherBranch(range: ProductRange, build: string, scheme: VersionScheme): Judgement {
  const compare = (a: string, b: string) => compareVersions(scheme, a, b) ?? 0;
  const sorted = [...range.branches].sort((a, b) => compare(a.from, b.from));
  const next = sorted.find((branch) => compare(build, branch.from) < 0);
  const last = sorted.filter((branch) => compare(build, branch.below) >= 0).at(-1);
  if (!next) return { verdict: 'other-branch', reason: `affects builds below ${last?.below}, this is ${build}` };
  if (!last) return { verdict: 'other-branch', reason: `affects builds from ${next.from} on, this is ${build}` };
  const gap = `${last.name} ends below ${last.below}, ${next.name} begins at ${next.from}`;
  return { verdict: 'other-branch', reason: `no affected branch holds ${build}: ${gap}` };
}
