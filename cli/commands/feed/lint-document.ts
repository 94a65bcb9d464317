import type { CheckFinding } from '@stopgap/feed';
import { type Mitigation, rehearse, rulesOf } from '@stopgap/mitigation';
import {
  checkApache,
  checkNginx,
  compileApache,
  compileIis,
  compileMatcher,
  compileNginx,
  parseRewrite,
} from '@stopgap/rewrite';
import { checkDocument } from './check-document.ts';
import { reachOf } from './reach.ts';

/**
 * Everything that keeps a document from being published: it is refused by agents; its evidence does not hold by its own
 * rules, by the rules compiled for this process, or by those compiled for IIS; nginx or Apache httpd cannot express it; it
 * has run out; or it changes what is out under the same revision. A pattern that can run away and a missing expiry are refused
 * when it is read. `before` is the document that is out now.
 */
export async function lintDocument(
  name: string,
  bytes: Uint8Array,
  before: Uint8Array | undefined,
  now: number,
): Promise<readonly CheckFinding[]> {
  const { mitigation, complaints } = await checkDocument(bytes);
  if (!mitigation) return complaints.map(error);
  const live = mitigation.withdrawn === undefined;
  const findings = complaints.length > 0 || !live ? complaints.map(error) : onTargets(mitigation);
  if (live && mitigation.expires.at <= now) {
    findings.push(error(`it expired at ${new Date(mitigation.expires.at).toISOString()}; give it a later expiry`));
  }
  return [...findings, ...(before ? await againstBefore(name, mitigation, bytes, before) : [])];
}

/** The evidence on every target there is. */
function onTargets(mitigation: Mitigation): CheckFinding[] {
  const rules = rulesOf(mitigation);
  if (rules.length === 0) return [];
  const refusals = [
    ...checkNginx(rules).map((refusal) => ({ target: 'nginx', ...refusal })),
    ...checkApache(rules).map((refusal) => ({ target: 'Apache httpd', ...refusal })),
  ];
  if (refusals.length > 0) {
    return refusals.map(({ target, rule, feature, why }) => {
      return error(`rule "${rule}" cannot be expressed on ${target} (${feature}): ${why}`);
    });
  }
  compileNginx(rules);
  compileApache(rules);
  return [
    ...unproven('the gateway', rehearse(mitigation, compileMatcher).evidence),
    ...unproven('IIS', rehearse(asIis(mitigation)).evidence),
  ];
}

/** The mitigation with its rules as they are written for IIS, read again. */
function asIis(mitigation: Mitigation): Mitigation {
  const parts = [...compileIis(rulesOf(mitigation)).parts];
  const actions = mitigation.actions.map((action) => {
    const part = action.kind === 'urlRewrite' ? parts.shift() : undefined;
    return part && action.kind === 'urlRewrite' ? { ...action, rewrite: parseRewrite(part.rewrite) } : action;
  });
  return { ...mitigation, actions };
}

function unproven(target: string, evidence: ReturnType<typeof rehearse>['evidence']): CheckFinding[] {
  return evidence
    .filter(({ holds }) => holds === false)
    .map(({ evidence: { name, expect }, seen }) => {
      return error(
        `on ${target} evidence "${name}" should be ${expect === 'refused' ? 'refused' : 'let through'}, but: ${seen}`,
      );
    });
}

async function againstBefore(
  name: string,
  mitigation: Mitigation,
  bytes: Uint8Array,
  before: Uint8Array,
): Promise<CheckFinding[]> {
  const { mitigation: old } = await checkDocument(before);
  if (!old || Buffer.from(bytes).equals(before)) return [];
  if (old.id !== mitigation.id)
    return [error(`${name} is ${old.id} now and would become ${mitigation.id}; use another name`)];
  const had = reachOf(old);
  const wider = [...reachOf(mitigation)].filter((one) => !had.has(one));
  if (mitigation.revision <= old.revision) {
    const what = wider.length === 0 ? 'it says something else' : `it reaches further (${wider.join('; ')})`;
    return [error(`revision ${old.revision} is out, and ${what}; give it revision ${old.revision + 1}`)];
  }
  return wider.map((one) => warning(`reaches further than revision ${old.revision}: ${one}`));
}

const error = (message: string): CheckFinding => ({ severity: 'error', message });
const warning = (message: string): CheckFinding => ({ severity: 'warning', message });
