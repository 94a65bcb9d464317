import type { Root, Targets } from '@tufjs/models';
import { logRestarts } from '../../roles.ts';
import { productsOf } from './key-plan.ts';

type Names = ReadonlyMap<string, string>;

interface RoleKeys {
  readonly keyIds: readonly string[];
  readonly threshold: number;
  readonly paths: readonly string[];
  readonly products: readonly string[] | undefined;
}

/** How keys and thresholds of a root differ from the one before, in sentences. Pure. */
export function rootChanges(before: Root | undefined, next: Root, names: Names): readonly string[] {
  const rolesOf = (root: Root | undefined) =>
    new Map(
      Object.entries(root?.roles ?? {}).map(([name, { keyIDs, threshold }]) => [name, roleKeys(keyIDs, threshold)]),
    );
  const lines = changesBetween(rolesOf(before), rolesOf(next), names);
  const restarts = logRestarts(next);
  if (restarts !== logRestarts(before)) lines.push('the logs begin anew: servers forget what they saw of the old ones');
  return lines;
}

/** How the delegations of targets differ, in sentences. Pure. */
export function delegationChanges(before: Targets | undefined, next: Targets, names: Names): readonly string[] {
  const rolesOf = (targets: Targets | undefined) =>
    new Map(
      Object.entries(targets?.delegations?.roles ?? {}).map(([name, one]) => {
        return [name, roleKeys(one.keyIDs, one.threshold, one.paths, productsOf(one.unrecognizedFields))];
      }),
    );
  return changesBetween(rolesOf(before), rolesOf(next), names);
}

function roleKeys(
  keyIds: readonly string[],
  threshold: number,
  paths: readonly string[] = [],
  products?: readonly string[],
): RoleKeys {
  return { keyIds, threshold, paths, products };
}

function changesBetween(
  before: ReadonlyMap<string, RoleKeys>,
  next: ReadonlyMap<string, RoleKeys>,
  names: Names,
): string[] {
  const lines: string[] = [];
  for (const [role, now] of next) {
    const was = before.get(role);
    if (was) lines.push(...changesOf(role, was, now, names));
    else lines.push(`${role}: ${now.threshold} of ${now.keyIds.map((id) => nameOf(id, names)).join(', ')}${over(now)}`);
  }
  for (const role of before.keys()) if (!next.has(role)) lines.push(`${role}: is no role any more`);
  return lines;
}

function changesOf(role: string, was: RoleKeys, now: RoleKeys, names: Names): string[] {
  const added = now.keyIds.filter((id) => !was.keyIds.includes(id));
  const gone = was.keyIds.filter((id) => !now.keyIds.includes(id));
  return [
    ...added.map((id) => `${role}: gains the key of ${nameOf(id, names)}`),
    ...gone.map((id) => `${role}: loses the key of ${nameOf(id, names)}`),
    ...(was.threshold === now.threshold
      ? []
      : [`${role}: needs ${now.threshold} signatures instead of ${was.threshold}`]),
    ...(over(was) === over(now) ? [] : [`${role}: may speak${over(now).slice(1)}`]),
  ];
}

function over({ paths, products }: RoleKeys): string {
  if (paths.length === 0) return '';
  return `, for ${paths.join(', ')}${products ? ` and the products ${products.join(', ') || '(none)'} alone` : ''}`;
}

/** The name the publisher gives a key's holder, and the beginning of the key's id, which cannot be made up. */
export function nameOf(keyId: string, names: Names): string {
  return `${names.get(keyId) ?? 'somebody'} (${keyId.slice(0, 8)})`;
}
