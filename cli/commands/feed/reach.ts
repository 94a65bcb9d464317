import { createHash } from 'node:crypto';
import type { Mitigation } from '@stopgap/mitigation';

/** What a mitigation touches, in sentences that can be compared: products and builds, and every action with its rules. */
export function reachOf({ applicability, actions }: Mitigation): ReadonlySet<string> {
  const products =
    applicability.length === 0
      ? ['every server']
      : applicability.flatMap(({ product, branches, exceptRoles }) =>
          branches.map(({ from, below }) => {
            const except = exceptRoles.length === 0 ? '' : ` except ${exceptRoles.join(', ')}`;
            return `${product} from ${from} to below ${below}${except}`;
          }),
        );
  return new Set([...products, ...actions.flatMap(reachOfAction)]);
}

function reachOfAction(action: Mitigation['actions'][number]): readonly string[] {
  switch (action.kind) {
    case 'service':
      return [`stops the service ${action.name}`];
    case 'appPool':
      return [`stops the application pool ${action.name}`];
    case 'none':
      return [];
    default: {
      const { scope, rewrite } = action;
      const place =
        scope.level === 'server' ? 'the server' : `${scope.site}${scope.level === 'path' ? scope.path : ''}`;
      const rules = [...rewrite.globalRules, ...rewrite.rules, ...rewrite.outboundRules];
      return rules.map((rule) => `rule "${rule.name}" on ${place} as ${shortHash(rule)}`);
    }
  }
}

/** Tells two forms of a rule apart, wherever they stand in their documents. */
function shortHash(rule: unknown): string {
  const text = JSON.stringify(rule, (key, value) => (key === 'position' ? undefined : value));
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
