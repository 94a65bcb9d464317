import { compareDebian, parseDebian } from './debian-version.ts';
import type { VersionScheme } from './document.ts';
import { compareDotted, parseDotted } from './dotted-version.ts';

/** Whether `version` can be compared in this scheme. */
export function isVersion(scheme: VersionScheme, version: string): boolean {
  return (scheme === 'debian' ? parseDebian(version) : parseDotted(version)) !== undefined;
}

/** Negative: `a` is older; 0: the same. `undefined`: one of them is not a version of this scheme. */
export function compareVersions(scheme: VersionScheme, a: string, b: string): number | undefined {
  if (scheme === 'debian') {
    const [x, y] = [parseDebian(a), parseDebian(b)];
    return x && y ? compareDebian(x, y) : undefined;
  }
  const [x, y] = [parseDotted(a), parseDotted(b)];
  return x && y ? compareDotted(x, y) : undefined;
}
