import type { Log } from '@stopgap/machine';
import type { ProductFacts } from '@stopgap/mitigation';
import type { InventoryConfig, PreparedProduct } from './config.ts';
import type { Detection, DetectorTools } from './detector.ts';

/** What is known about the products on this server. */
export interface Inventory {
  readonly products: readonly ProductFacts[];
  /** By product, what went wrong: nothing may be concluded from what is missing there. */
  readonly problems: ReadonlyMap<string, string>;
}

/** Asks every detector, one after the other. Never throws: a detector that fails is a problem, and the others go on. */
export async function takeInventory(
  config: InventoryConfig,
  tools: DetectorTools & { readonly log: Log },
): Promise<Inventory> {
  const products: ProductFacts[] = [];
  const problems = new Map<string, string>();
  for (const entry of config) {
    const detection = await detect(entry, tools);
    if (detection.presence === 'here') products.push(detection.facts);
    const problem = detection.presence === 'absent' ? undefined : detection.problem;
    if (problem === undefined) continue;
    const earlier = problems.get(entry.product);
    problems.set(entry.product, earlier === undefined ? problem : `${earlier}; ${problem}`);
    tools.log.warn('a product could not be detected', { product: entry.product, detector: entry.detector, problem });
  }
  return { products, problems };
}

async function detect(entry: PreparedProduct, tools: DetectorTools): Promise<Detection> {
  try {
    return await entry.detect(tools);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { presence: 'unknown', problem: `detector "${entry.detector}" failed: ${reason}` };
  }
}
