import type { InboundRule, ScopedRules } from '../model.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { variablesOf } from '../template/template.ts';

/** Names of the request's header fields that enforced inbound rules read or set, lower case; some may come twice. */
export function requestFieldsOf({ mode, configuration }: ScopedRules): readonly string[] {
  if (mode !== 'enforce') return [];
  const rules = [...configuration.globalRules, ...configuration.rules].filter(({ enabled }) => enabled);
  return rules.flatMap(fieldsKnownTo);
}

/** Names of the request's header fields that one rule reads or sets, lower case. */
export function fieldsKnownTo({ conditions, serverVariables }: InboundRule): readonly string[] {
  const variables = [
    ...conditions.list.flatMap(({ input }) => variablesOf(parseTemplate(input))),
    ...serverVariables.map(({ name }) => name),
  ];
  return variables.flatMap((variable) => fieldOf(variable.toUpperCase().replace(/^UNICODE_/, '')));
}

function fieldOf(variable: string): readonly string[] {
  if (variable === 'CONTENT_TYPE' || variable === 'CONTENT_LENGTH') return [variable.replace('_', '-').toLowerCase()];
  if (variable.startsWith('HTTP_')) return [variable.slice(5).replaceAll('_', '-').toLowerCase()];
  return variable.startsWith('HEADER_') ? [variable.slice(7).toLowerCase()] : [];
}
