import { describe, it } from 'vitest';
import { mitigationsWithRules } from './testing/catalog.ts';
import { hasExchange } from './testing/exchange.ts';
import { exchangeStates, holdsAndRestores } from './testing/exchange-trial.ts';
import { cleanUp } from './testing/server.ts';

cleanUp();

const catalog = await mitigationsWithRules();
const others = exchangeStates.slice(1);

describe.skipIf(!hasExchange)('a real Exchange 2019 (skipped where ../shared is absent)', () => {
  it.each(others.flatMap((state) => catalog.map((mitigation) => [state, mitigation.id, mitigation] as const)))(
    'by its %s, holds %s, shows its evidence, and gets every byte back',
    (state, _id, mitigation) => holdsAndRestores(state, mitigation),
  );
});
