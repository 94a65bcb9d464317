import type { Condition, Conditions, InboundAction, InboundRule, OutboundRule, SetServerVariable } from '../model.ts';
import { section, unless, type Written } from './write-xml.ts';

const redirectTypes = { 301: undefined, 302: 'Found', 303: 'SeeOther', 307: 'Temporary' } as const;

/** An inbound rule as its element. */
export function inboundElement(rule: InboundRule): Written {
  const { match } = rule;
  return {
    name: 'rule',
    attributes: {
      ...sharedAttributes(rule),
      responseCacheDirective: unless(rule.responseCacheDirective, 'Auto'),
    },
    children: [
      ...(match.url === '' ? [] : [matchElement(match)]),
      ...conditionsElement(rule.conditions, false),
      ...section('serverVariables', rule.serverVariables.map(setElement)),
      ...actionElement(rule.action),
    ],
  };
}

function matchElement({ url, ignoreCase, negate }: InboundRule['match']): Written {
  return { name: 'match', attributes: { url, ignoreCase: unless(ignoreCase, true), negate: unless(negate, false) } };
}

/** An outbound rule as its element. */
export function outboundElement(rule: OutboundRule): Written {
  const { match, action } = rule;
  return {
    name: 'rule',
    attributes: { ...sharedAttributes(rule), preCondition: unless(rule.preCondition, '') },
    children: [
      {
        name: 'match',
        attributes: {
          filterByTags: match.filterByTags.length === 0 ? undefined : match.filterByTags.join(', '),
          customTags: unless(match.customTags, ''),
          serverVariable: unless(match.serverVariable, ''),
          pattern: match.pattern,
          occurrences: unless(match.occurrences, 0),
          ignoreCase: unless(match.ignoreCase, true),
          negate: unless(match.negate, false),
        },
      },
      ...conditionsElement(rule.conditions, true),
      ...(action.type === 'None'
        ? []
        : [
            {
              name: 'action',
              attributes: { type: 'Rewrite', value: action.value, replace: unless(action.replace, true) },
            },
          ]),
    ],
  };
}

function sharedAttributes(rule: InboundRule | OutboundRule): Written['attributes'] {
  return {
    name: rule.name,
    enabled: unless(rule.enabled, true),
    patternSyntax: unless(rule.patternSyntax, 'ECMAScript'),
    stopProcessing: unless(rule.stopProcessing, false),
  };
}

/** `tracksAll`: the default of trackAllCaptures, which is another for inbound and outbound rules. */
function conditionsElement(conditions: Conditions, tracksAll: boolean): readonly Written[] {
  const attributes = {
    logicalGrouping: unless(conditions.logicalGrouping, 'MatchAll'),
    trackAllCaptures: unless(conditions.trackAllCaptures, tracksAll),
  };
  return section('conditions', conditions.list.map(conditionElement), attributes);
}

/** One condition of a rule or a precondition. */
export function conditionElement(condition: Condition): Written {
  const byPattern = condition.matchType === 'Pattern';
  return {
    name: 'add',
    attributes: {
      input: condition.input,
      matchType: unless(condition.matchType, 'Pattern'),
      pattern: byPattern ? condition.pattern : unless(condition.pattern, ''),
      ignoreCase: unless(condition.ignoreCase, true),
      negate: unless(condition.negate, false),
    },
  };
}

function setElement({ name, value, replace }: SetServerVariable): Written {
  return { name: 'set', attributes: { name, value, replace: unless(replace, true) } };
}

function actionElement(action: InboundAction): readonly Written[] {
  switch (action.type) {
    case 'None':
      return [];
    case 'AbortRequest':
      return [{ name: 'action', attributes: { type: action.type } }];
    case 'CustomResponse': {
      const { type, statusCode, subStatusCode, statusReason, statusDescription } = action;
      return [
        {
          name: 'action',
          attributes: {
            type,
            statusCode,
            subStatusCode: unless(subStatusCode, 0),
            statusReason: unless(statusReason, ''),
            statusDescription: unless(statusDescription, ''),
          },
        },
      ];
    }
    case 'Redirect': {
      const { type, url, appendQueryString, status } = action;
      return [
        {
          name: 'action',
          attributes: {
            type,
            url,
            appendQueryString: unless(appendQueryString, true),
            redirectType: redirectTypes[status],
          },
        },
      ];
    }
    case 'Rewrite': {
      const { type, url, appendQueryString, logRewrittenUrl } = action;
      return [
        {
          name: 'action',
          attributes: {
            type,
            url,
            appendQueryString: unless(appendQueryString, true),
            logRewrittenUrl: unless(logRewrittenUrl, false),
          },
        },
      ];
    }
  }
}
