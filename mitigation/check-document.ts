import { parseRewriteElement, type RewriteConfiguration, RewriteError } from '@stopgap/rewrite';
import type { XmlElement } from '@stopgap/xml';
import { checkActions } from './check-actions.ts';
import { checkApplicability } from './check-applicability.ts';
import { refuseDuplicates } from './check-duplicates.ts';
import { checkEvidence } from './check-evidence.ts';
import { attribute, child, children, time } from './decode.ts';
import type { Findings } from './findings.ts';

/**
 * What a schema cannot say: how parts of a document fit together. Each check runs only where structure and values were
 * found good, so that one mistake is told once. Returns what each `<rewrite>` says.
 */
export function checkDocument(root: XmlElement, findings: Findings): Map<XmlElement, RewriteConfiguration> {
  checkDates(root, findings);
  checkCves(root, findings);
  const rewrites = readRewrites(root, findings);
  const applicability = child(root, 'applicability');
  if (applicability && findings.clean(applicability)) checkApplicability(applicability, findings);
  const actions = child(root, 'actions');
  if (!actions || !findings.clean(actions)) return rewrites;
  checkActions(actions, rewrites, findings);
  const evidence = child(root, 'evidence');
  if (!evidence || findings.clean(evidence)) checkEvidence(evidence, actions, rewrites, findings);
  return rewrites;
}

function checkDates(root: XmlElement, findings: Findings): void {
  const published = child(root, 'published');
  const expires = child(root, 'expires');
  if (!published || !expires || !findings.clean(published) || !findings.clean(expires)) return;
  if (time(attribute(expires, 'at')) <= time(published.text)) {
    findings.add('contradiction', 'it expires at or before the time it was published; correct one of them', expires);
  }
}

function checkCves(root: XmlElement, findings: Findings): void {
  refuseDuplicates(children(root, 'cve'), (e) => e.text, 'is listed twice', findings);
}

function readRewrites(root: XmlElement, findings: Findings): Map<XmlElement, RewriteConfiguration> {
  const rewrites = new Map<XmlElement, RewriteConfiguration>();
  for (const action of children(child(root, 'actions'), 'urlRewrite')) {
    for (const element of children(action, 'rewrite')) {
      try {
        rewrites.set(element, parseRewriteElement(element));
      } catch (error) {
        if (!(error instanceof RewriteError)) throw error;
        findings.add('invalid-rewrite', error.message, element, error.position);
      }
    }
  }
  return rewrites;
}
