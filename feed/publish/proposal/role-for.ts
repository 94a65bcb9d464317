import type { Published } from '../repository.ts';
import type { KeyPlan } from './key-plan.ts';
import { nextTargets } from './next-metadata.ts';

/**
 * The role that a document belongs to: the one that holds it, else the first that may speak for its name, else targets.
 */
export function roleFor(name: string, published: Published | undefined, delegates: KeyPlan): string {
  for (const [role, { metadata }] of published?.roles ?? []) {
    if (Object.hasOwn(metadata.signed.targets, name)) return role;
  }
  if (delegates.size === 0) return 'targets';
  const { signed } = nextTargets({ version: 1, expiresAt: 0 }, {}, delegates);
  for (const { role } of signed.delegations?.rolesForTarget(name) ?? []) return role;
  return 'targets';
}
