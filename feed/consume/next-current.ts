import { troubleOf } from '../trouble.ts';
import type { Current } from './current.ts';
import { newMatching } from './path-patterns.ts';
import { whoSays, withinProducts } from './roles.ts';
import { signedAt } from './trust.ts';
import type { Updated } from './update.ts';

/**
 * The record of a version whose documents are all in the folder. `before`: the one so far; of roles that are left out it still counts. Pure.
 */
export function nextCurrent(
  updated: Updated,
  fetched: Current['documents'],
  before: Current | undefined,
  now: number,
): Current {
  const { trust, roles, held } = updated;
  const { root, timestamp, snapshot } = trust;
  if (!timestamp || !snapshot) throw new Error('an update ended without timestamp or snapshot');
  const expires = [
    { role: 'root', at: root.signed.expires },
    { role: 'timestamp', at: timestamp.signed.expires },
    { role: 'snapshot', at: snapshot.signed.expires },
    ...roles.map((role) => ({ role, at: trust.role(role)?.signed.expires ?? '' })),
  ].map(({ role, at }) => ({ role, at: Date.parse(at) }));
  return {
    version: trust.role('targets')?.signed.version ?? 0,
    timestamp: timestamp.signed.version,
    signedAt: signedAt(timestamp) ?? now,
    expires: [...expires, ...(before?.expires ?? []).filter(({ role }) => held.has(role))],
    documents: [...fetched, ...stillSaid(updated, fetched, before)],
    ...(held.size === 0 ? {} : { held: [...held].map(([role, trouble]) => ({ role, ...troubleOf(trouble) })) }),
  };
}

/**
 * What was verified before of documents that a role which is left out may speak for: it takes nothing off a server, and nobody else
 * is heard on them in its stead.
 */
function stillSaid(
  { trust, held }: Updated,
  fetched: Current['documents'],
  before: Current | undefined,
): Current['documents'] {
  if (held.size === 0 || !before) return [];
  const fresh = new Set(fetched.map(({ name }) => name));
  const matching = newMatching();
  return before.documents.flatMap((document) => {
    const said = fresh.has(document.name) ? undefined : whoSays(trust, document.name, held, matching);
    if (!said || 'target' in said) return [];
    const products = withinProducts(document.products, said.products);
    return [{ ...document, ...(products ? { products } : {}) }];
  });
}
