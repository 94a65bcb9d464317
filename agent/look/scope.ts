import { type Decoder, listOf, object, oneOf, optional, text } from '@stopgap/machine';
import type { Mitigation } from '@stopgap/mitigation';
import type { SourceScope } from '../source.ts';

const decoder = object({
  products: optional(listOf(text(64), 64)),
  actions: optional(listOf(oneOf('urlRewrite', 'service', 'appPool', 'none'), 4)),
});

/** `products` and `actions` of an entry of `feeds` in `agent.json`; unknown keys are refused. */
export const sourceScope: Decoder<SourceScope> = (value, place) => {
  const { products, actions } = decoder(value, place);
  return { ...(products ? { products } : {}), ...(actions ? { actions } : {}) };
};

/**
 * Why a feed may not speak for a mitigation, or `undefined`. One that is for every server (no applicability) needs a feed
 * without limits, unless it does nothing. `delegated`: the products of those who signed it. Pure.
 */
export function beyondScope(
  mitigation: Mitigation,
  feed: string,
  scope: SourceScope | undefined,
  delegated: readonly string[] | undefined,
): string | undefined {
  const idle = mitigation.actions.every(({ kind }) => kind === 'none');
  const kind = mitigation.actions.find(
    (one) => one.kind !== 'none' && scope?.actions?.includes(one.kind) === false,
  )?.kind;
  if (kind !== undefined) {
    return `refused: feed ${feed} may not order a ${kind} action ("actions" of the feed in agent.json); nothing of it is applied`;
  }
  if (idle && mitigation.applicability.length === 0) return undefined;
  const limits = [
    { products: scope?.products, who: `feed ${feed} may speak`, where: '"products" of the feed in agent.json' },
    { products: delegated, who: 'those who signed it may speak', where: `the delegation in feed ${feed}` },
  ];
  for (const { products, who, where } of limits) {
    if (!products) continue;
    const wrong = outside(mitigation, products);
    if (wrong === undefined) continue;
    const allowed = products.length === 0 ? 'no product' : products.join(', ');
    return `refused: ${who} for ${allowed} only (${where}), and this is for ${wrong}; nothing of it is applied`;
  }
  return undefined;
}

function outside({ applicability }: Mitigation, products: readonly string[]): string | undefined {
  if (applicability.length === 0) return 'every server';
  return applicability.find(({ product }) => !products.includes(product))?.product;
}
