import type { Key, Metadata, Root, Targets } from '@tufjs/models';
import type { Quorum } from '../unlock.ts';
import type { ParsedParts } from './review-parse.ts';

/** A quorum that must sign a part, and why. */
export interface Need extends Quorum {
  readonly why: string;
  readonly keys: ReadonlyMap<string, Key>;
  /**
   * Wanted, but not required: the keys so far, so that servers see no gap while they change from one root to the next. Where
   * too many of them are lost, servers that look in that instant look again later.
   */
  readonly optional: boolean;
}

/** Whose signatures a part needs, by the roots and delegations themselves. Pure. Throws an error where nobody may sign it. */
export function needsOf(parsed: ParsedParts, role: string): readonly Need[] {
  const { root, newRoot, roles, newRoles } = parsed;
  const newest =
    role === 'root' || role === 'targets' ? (newRoot ?? root) : (newRoles.get('targets') ?? roles.get('targets'));
  const before = role === 'root' || role === 'targets' ? root : roles.get('targets');
  const need = newest && needIn(newest, role, newest === before ? 'as things are' : 'the new keys', false);
  if (!need) throw new Error(`nobody may sign ${role}: neither root nor targets name it`);
  const old = before && before !== newest && needIn(before, role, 'the keys so far', role !== 'root');
  return old && !same(old, need) ? [need, old] : [need];
}

function needIn(
  by: Metadata<Root> | Metadata<Targets>,
  role: string,
  why: string,
  optional: boolean,
): Need | undefined {
  const { signed } = by;
  const found = 'keys' in signed ? signed.roles[role] : signed.delegations?.roles?.[role];
  const known = 'keys' in signed ? signed.keys : (signed.delegations?.keys ?? {});
  if (!found) return undefined;
  const keys = found.keyIDs.flatMap((id): [string, Key][] => (known[id] ? [[id, known[id]]] : []));
  return { role, why, keyIds: found.keyIDs, threshold: found.threshold, keys: new Map(keys), optional };
}

function same(one: Need, other: Need): boolean {
  const ids = ({ keyIds }: Need) => [...keyIds].sort().join();
  return one.threshold === other.threshold && ids(one) === ids(other);
}
