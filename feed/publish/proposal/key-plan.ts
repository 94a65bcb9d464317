import type { Key, Root, Targets } from '@tufjs/models';
import { FeedError } from '../../errors.ts';
import { productsField } from '../../roles.ts';
import type { PublicKey } from '../public-key.ts';

/** Who signs a role, and how many of them must. */
export interface RolePlan {
  readonly keys: readonly Key[];
  readonly threshold: number;
  /** Of delegated roles: what it may speak for. */
  readonly paths?: readonly string[];
  /** Of delegated roles: the products it may speak for; absent: any. */
  readonly products?: readonly string[];
}

/** By role: those that a root names, or those that targets delegates to, in their order. */
export type KeyPlan = ReadonlyMap<string, RolePlan>;

/** A change of keys or thresholds; without `role`, in every role where the key stands. */
export type KeyChange =
  | { readonly kind: 'replace'; readonly holder: string; readonly keyIds: readonly string[]; readonly by: PublicKey }
  | { readonly kind: 'remove'; readonly holder: string; readonly keyIds: readonly string[]; readonly role?: string }
  | { readonly kind: 'add'; readonly role: string; readonly key: PublicKey }
  | { readonly kind: 'threshold'; readonly role: string; readonly threshold: number };

/** The roles as a root names them. */
export function planOfRoot(root: Root): KeyPlan {
  return new Map(
    Object.entries(root.roles).map(([role, { keyIDs, threshold }]) => [
      role,
      { keys: keysOf(keyIDs, root.keys), threshold },
    ]),
  );
}

/** The roles that targets delegates to. */
export function planOfDelegations(targets: Targets | undefined): KeyPlan {
  const { roles = {}, keys = {} } = targets?.delegations ?? {};
  return new Map(
    Object.entries(roles).map(([role, one]) => {
      const plan = { keys: keysOf(one.keyIDs, keys), threshold: one.threshold, paths: one.paths ?? [] };
      const products = productsOf(one.unrecognizedFields);
      return [role, products ? { ...plan, products } : plan];
    }),
  );
}

/** The products that a delegation is narrowed to. */
export function productsOf(fields: Readonly<Record<string, unknown>> = {}): readonly string[] | undefined {
  const value = fields[productsField];
  return Array.isArray(value) ? value.map(String) : undefined;
}

/** Applies changes; roles that a plan does not have are left to another one. Pure. Throws `roles-invalid`. */
export function changePlan(plan: KeyPlan, changes: readonly KeyChange[]): KeyPlan {
  let next = plan;
  for (const change of changes) next = new Map([...next].map(([role, one]) => [role, changeRole(role, one, change)]));
  for (const [role, one] of next) checkPlan(role, one);
  return next;
}

/** Throws `roles-invalid` unless the threshold can be met by keys that are all different. */
export function checkPlan(role: string, { keys, threshold }: RolePlan): void {
  if (new Set(keys.map(({ keyID }) => keyID)).size !== keys.length) {
    throw new FeedError('roles-invalid', `${role}: one key stands there twice; every holder needs their own`);
  }
  if (Number.isInteger(threshold) && threshold >= 1 && threshold <= keys.length) return;
  throw new FeedError('roles-invalid', `${role}: a threshold of ${threshold} cannot be met by ${keys.length} holders`);
}

/** Whether two plans name the same keys, thresholds, paths and products. */
export function samePlan(one: KeyPlan, other: KeyPlan): boolean {
  const form = (plan: KeyPlan) =>
    JSON.stringify(
      [...plan].map(([role, { keys, ...rest }]) => [
        role,
        keys.map(({ keyID }) => keyID),
        rest.threshold,
        rest.paths,
        rest.products,
      ]),
    );
  return form(one) === form(other);
}

function changeRole(role: string, one: RolePlan, change: KeyChange): RolePlan {
  if (change.kind === 'threshold') return change.role === role ? { ...one, threshold: change.threshold } : one;
  if (change.kind === 'add') return change.role === role ? { ...one, keys: [...one.keys, change.key.key] } : one;
  const stands = (key: Key) => change.keyIds.includes(key.keyID);
  if (change.kind === 'replace') {
    return { ...one, keys: one.keys.map((key) => (stands(key) ? change.by.key : key)) };
  }
  const here = change.role === undefined || change.role === role;
  return here ? { ...one, keys: one.keys.filter((key) => !stands(key)) } : one;
}

function keysOf(ids: readonly string[], keys: Readonly<Record<string, Key>>): readonly Key[] {
  return ids.flatMap((id) => keys[id] ?? []);
}
