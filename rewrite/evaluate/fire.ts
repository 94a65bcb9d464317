import type { PreparedInboundRule, PreparedInboundSet } from '../prepare/rules.ts';
import { oneLine } from '../url/encode.ts';
import type { DecidingRule, InboundOutcome } from '../verdict.ts';
import type { RequestState } from './request-state.ts';
import type { RuleScope } from './rule-scope.ts';
import { readVariable } from './server-variables.ts';
import { locationOf, substitute } from './substitution.ts';

/** What firing did: an end to processing, or nothing but changes of the state. */
export interface Fired {
  readonly end: InboundOutcome | undefined;
  /** Server variables as they were set, upper-case names. */
  readonly set: ReadonlyMap<string, string>;
  /** The filled-in URL of a Rewrite or Redirect. */
  readonly url?: string;
}

/** Carries out a rule whose pattern and conditions hold: server variables first, then the action. */
export function fire(set: PreparedInboundSet, rule: PreparedInboundRule, scope: RuleScope, state: RequestState): Fired {
  const by: DecidingRule = { owner: set.owner, rule: rule.source.name };
  const done = new Map<string, string>();
  for (const variable of rule.variables) {
    if (!variable.allowed) {
      const reason = `rule "${by.rule}" sets ${variable.name}, which is not in allowedServerVariables`;
      return { end: { outcome: 'error', status: 500, reason, by }, set: done };
    }
    if (!variable.replace && readVariable(state, variable.name) !== '') continue;
    const value = oneLine(scope.value(variable.value));
    state.set(variable.name, value);
    done.set(variable.name, value);
  }
  const { end, url } = act(set, rule, scope, state, by);
  return { end, set: done, ...(url === undefined ? {} : { url }) };
}

interface Acted {
  readonly end: InboundOutcome | undefined;
  readonly url?: string;
}

function act(
  set: PreparedInboundSet,
  rule: PreparedInboundRule,
  scope: RuleScope,
  state: RequestState,
  by: DecidingRule,
): Acted {
  const { source, url: template, reason, description } = rule.action;
  const url = template ? scope.value(template) : '';
  switch (source.type) {
    case 'None':
      return { end: undefined };
    case 'AbortRequest':
      return { end: { outcome: 'abort', by } };
    case 'CustomResponse': {
      const text = reason ? oneLine(scope.value(reason)) : '';
      const body = description ? scope.value(description) : '';
      const { statusCode: status, subStatusCode: subStatus } = source;
      return { end: { outcome: 'custom', status, subStatus, reason: text, body, by } };
    }
    case 'Redirect': {
      const location = locationOf(url, set.level, state, source.appendQueryString);
      return { end: { outcome: 'redirect', status: source.status, location, by }, url };
    }
    case 'Rewrite': {
      const target = substitute(url, set.level, state, source.appendQueryString, set.useOriginalUrlEncoding);
      if (target.kind === 'local') state.rewriteTo(target.path, target.query);
      else state.proxyTo(target.url);
      return { end: undefined, url };
    }
  }
}
