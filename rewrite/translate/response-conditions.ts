import type { Condition, OutboundRule, PreCondition, RewriteConfiguration } from '../model.ts';
import { Inexpressible } from '../pcre/index.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { variablesOf } from '../template/template.ts';
import type { Input } from './input.ts';

/** The precondition that a rule names; one without tests where it names none. `@throws` Inexpressible. */
export function preConditionOf(rule: OutboundRule, configuration: RewriteConfiguration): PreCondition {
  const { position } = rule;
  if (rule.preCondition === '') {
    return { name: '', logicalGrouping: 'MatchAll', patternSyntax: 'ECMAScript', list: [], position };
  }
  const wanted = rule.preCondition.toLowerCase();
  const found = configuration.preConditions.find((one) => one.name.toLowerCase() === wanted);
  if (!found) throw new Inexpressible('preCondition', `"${rule.preCondition}" is not defined`);
  return found;
}

/**
 * The input of a condition on the response, undefined for one on the request. `sourceOf` gives the target's word for a `RESPONSE_*`
 * variable. `@throws` Inexpressible.
 */
export function responseInput(condition: Condition, sourceOf: (name: string) => string): Input | undefined {
  const template = parseTemplate(condition.input);
  const [name] = variablesOf(template).filter((one) => one.startsWith('RESPONSE_'));
  if (name === undefined) return undefined;
  const [node] = template;
  if (template.length > 1 || node?.kind !== 'variable' || condition.matchType !== 'Pattern') {
    throw new Inexpressible('response template', `${condition.input} is more than one variable`);
  }
  return { source: sourceOf(name), decode: false, encoding: 'bytes', odd: 'never' };
}

/** A rule for responses that sets a variable of the request, which only other rules and modules of IIS read. `@throws` Inexpressible. */
export function refuseRequestVariable({ match }: OutboundRule): void {
  if (/^RESPONSE_/i.test(match.serverVariable)) return;
  throw new Inexpressible(match.serverVariable, 'a rule for responses that sets a variable of the request');
}
