import type { RewriteConfiguration } from '@stopgap/rewrite';
import type { XmlElement } from '@stopgap/xml';
import { refuseDuplicates } from './check-duplicates.ts';
import { attribute, children } from './decode.ts';
import type { Rewrites } from './decode-actions.ts';
import type { Findings } from './findings.ts';
import { refuseContent, refuseText } from './structure.ts';

/** Actions do not get in each other's way, and each does something. */
export function checkActions(element: XmlElement, rewrites: Rewrites, findings: Findings): void {
  const nones = children(element, 'none');
  const [none] = nones;
  if (none && element.elements.length > 1) {
    findings.add('contradiction', '<none> stands alone: a mitigation that does something does not do nothing', none);
  }
  const name = (e: XmlElement) => attribute(e, 'name').toLowerCase();
  refuseDuplicates(children(element, 'service'), name, 'is listed twice', findings);
  refuseDuplicates(children(element, 'appPool'), name, 'is listed twice', findings);
  const names = new Set<string>();
  for (const [rewrite, configuration] of rewrites) {
    checkRules(rewrite, configuration, names, findings);
    refuseOverreach(rewrite, findings);
  }
  for (const action of children(element, 'urlRewrite')) checkScope(action, rewrites, findings);
}

/** Rule names are the handle by which rules are found again on a server: unique in the whole document. */
function checkRules(
  rewrite: XmlElement,
  configuration: RewriteConfiguration,
  names: Set<string>,
  findings: Findings,
): void {
  const rules = rulesOf(configuration);
  if (rules.length === 0) findings.add('contradiction', '<rewrite> holds no rule, so it does nothing', rewrite);
  for (const rule of rules) {
    const key = rule.name.toLowerCase();
    if (names.has(key)) {
      const message = `rule ${JSON.stringify(rule.name)} is there twice; names are unique in a document`;
      findings.add('duplicate', message, rewrite, rule.position);
    }
    names.add(key);
    if (!rule.enabled) {
      const message = `rule ${JSON.stringify(rule.name)} is disabled; take it out or enable it`;
      findings.add('contradiction', message, rewrite, rule.position);
    }
  }
}

/**
 * What a fragment may hold on IIS but not in a mitigation: taking other people's rules out, locking sections against
 * them, and loading code.
 */
function refuseOverreach(element: XmlElement, findings: Findings): void {
  if (overreaching.has(element.name)) {
    const message = `<${element.name}> is not for mitigations: they add rules, and leave what is there and IIS's code alone`;
    findings.add('invalid-rewrite', message, element);
  }
  // The reader of fragments takes any blank for white space; XML has four.
  if (emptyElements.has(element.name)) refuseContent(element, findings);
  else refuseText(element, findings);
  for (const { name, position } of element.attributes.values()) {
    if (!name.startsWith('lock')) continue;
    findings.add('invalid-rewrite', `${name} locks a section; mitigations leave others their say`, element, position);
  }
  for (const child of element.elements) refuseOverreach(child, findings);
}

const overreaching: ReadonlySet<string> = new Set(['clear', 'remove', 'providers']);
const emptyElements: ReadonlySet<string> = new Set(['match', 'add', 'set', 'action', 'tag']);

/** IIS takes globalRules only in applicationHost.config (facts/iis-url-rewrite.md, 1). */
function checkScope(action: XmlElement, rewrites: Rewrites, findings: Findings): void {
  const scope = action.elements[0];
  const rewrite = action.elements[1];
  const configuration = rewrite && rewrites.get(rewrite);
  if (!scope || !configuration || scope.name === 'onServer') return;
  if (configuration.globalRules.length > 0) {
    findings.add('contradiction', `globalRules need <onServer/>, not <${scope.name}>`, rewrite);
  }
}

/** All rules, inbound and outbound. */
export function rulesOf(configuration: RewriteConfiguration) {
  return [...configuration.globalRules, ...configuration.rules, ...configuration.outboundRules];
}
