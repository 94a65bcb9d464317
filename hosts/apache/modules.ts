import type { HostSurvey } from '@stopgap/agent';

/** Modules without which no rule at all can be held; others are asked for by the rules that need them. */
export const neededModules: readonly string[] = ['setenvif', 'alias', 'authz_core'];

/** A module that is not loaded, with the way to load it. Pure. */
export function missingModule(name: string): HostSurvey['missing'][number] {
  return {
    what: `the module mod_${name} is not loaded`,
    remedy: `load it with: a2enmod ${name} (elsewhere than on Debian: LoadModule ${name}_module), then reload Apache`,
  };
}

/** The oldest Apache that reads all of our directives: expressions in `Redirect` and `GlobalLog` came with 2.4.19, what switches mod_proxy off for a request with 2.4.26. */
export const oldestVersion: readonly number[] = [2, 4, 26];

/** Whether a version, e.g. `2.4.71`, is old enough to lack something. Pure. */
export function isTooOld(version: string): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10));
  const differing = oldestVersion.findIndex((part, at) => (parts[at] ?? 0) !== part);
  return differing !== -1 && (parts[differing] ?? 0) < (oldestVersion[differing] ?? 0);
}
