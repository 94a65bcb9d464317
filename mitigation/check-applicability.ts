import type { XmlElement } from '@stopgap/xml';
import { refuseDuplicates } from './check-duplicates.ts';
import { attribute, children, decodeProduct } from './decode.ts';
import type { Branch, Fix, VersionScheme } from './document.ts';
import type { Findings } from './findings.ts';
import { compareVersions, isVersion } from './versions.ts';

/** Branches hold together: comparable builds, from below below, no overlap, fixes inside their branch. */
export function checkApplicability(element: XmlElement, findings: Findings): void {
  const products = children(element, 'product');
  refuseDuplicates(products, (e) => attribute(e, 'name'), 'is listed twice; put its branches into one', findings);
  for (const product of products) {
    const { versions = 'dotted', branches } = decodeProduct(product);
    const elements = children(product, 'branch');
    refuseDuplicates(elements, (e) => attribute(e, 'name'), 'is listed twice', findings);
    refuseDuplicates(children(product, 'exceptRole'), (e) => e.text, 'is listed twice', findings);
    const sound = branches.map((branch, i) => checkBranch(branch, elements[i], versions, findings));
    if (sound.every(Boolean)) checkOverlap(branches, elements, versions, findings);
  }
}

/** Answers whether its bounds can be compared. */
function checkBranch(
  branch: Branch,
  element: XmlElement | undefined,
  scheme: VersionScheme,
  findings: Findings,
): boolean {
  if (!element) return false;
  for (const name of ['from', 'below'] as const) {
    if (!isVersion(scheme, branch[name])) {
      const position = element.attributes.get(name)?.position;
      findings.add('invalid-value', `${name} of <branch>: ${notVersion(branch[name], scheme)}`, element, position);
    }
  }
  if (findings.about(element)) return false;
  if ((compareVersions(scheme, branch.from, branch.below) ?? 0) >= 0) {
    findings.add('contradiction', `branch ${branch.name} is empty: from must be older than below`, element);
    return false;
  }
  for (const [i, fix] of branch.fixes.entries()) checkFix(fix, element.elements[i], branch, scheme, findings);
  refuseDuplicates(element.elements, keyOfFix, 'is listed twice', findings);
  return true;
}

function checkFix(
  fix: Fix,
  element: XmlElement | undefined,
  branch: Branch,
  scheme: VersionScheme,
  findings: Findings,
): void {
  if (!element || fix.kind === 'update') return;
  if (fix.kind === 'package') {
    if (isVersion('debian', fix.version)) return;
    findings.add('invalid-value', `version of <fixedByPackage>: ${notVersion(fix.version, 'debian')}`, element);
  } else if (!isVersion(scheme, fix.build)) {
    findings.add('invalid-value', `<fixedBuild>: ${notVersion(fix.build, scheme)}`, element);
  } else if (
    (compareVersions(scheme, fix.build, branch.from) ?? 0) <= 0 ||
    (compareVersions(scheme, fix.build, branch.below) ?? 0) >= 0
  ) {
    const range = `${branch.from} (not included) and ${branch.below}`;
    findings.add('contradiction', `${fix.build} is not between ${range}, so it fixes nothing in this branch`, element);
  }
}

function checkOverlap(
  branches: readonly Branch[],
  elements: readonly XmlElement[],
  scheme: VersionScheme,
  findings: Findings,
): void {
  for (const [i, branch] of branches.entries()) {
    const other = branches.slice(0, i).find((earlier) => {
      const begins = compareVersions(scheme, branch.from, earlier.below) ?? 0;
      const ends = compareVersions(scheme, earlier.from, branch.below) ?? 0;
      return begins < 0 && ends < 0;
    });
    const element = elements[i];
    if (other && element) {
      findings.add(
        'contradiction',
        `branch ${branch.name} overlaps with ${other.name}; a build has one branch`,
        element,
      );
    }
  }
}

function keyOfFix(element: XmlElement): string {
  return element.text || attribute(element, 'name');
}

function notVersion(version: string, scheme: VersionScheme): string {
  const say = scheme === 'debian' ? 'a Debian version such as 1.22.1-9+deb12u1' : 'dotted numbers such as 15.2.1118.20';
  return `${JSON.stringify(version)} is not ${say}`;
}
