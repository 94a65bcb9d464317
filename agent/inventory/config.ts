import { listOf, MachineError } from '@stopgap/machine';
import type { Detect } from './detector.ts';
import { detectors } from './detectors.ts';

/** One entry of `products`, ready to look. */
export interface PreparedProduct {
  readonly product: string;
  readonly detector: string;
  readonly detect: Detect;
}

/** The products of this server, as configured. */
export type InventoryConfig = readonly PreparedProduct[];

/**
 * Decodes `products` of the agent's configuration, e.g. `[{ "product": "exchange", "detector": "exchange" }]`. `place` is what
 * errors call it. Throws `MachineError` `invalid-json` that names the place and what is right there.
 */
export function decodeInventoryConfig(products: unknown, place: string): InventoryConfig {
  return listOf(prepare, 64)(products, place);
}

function prepare(entry: unknown, place: string): PreparedProduct {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    throw new MachineError('invalid-json', `${place}: expected an object with "product" and "detector"`);
  }
  const name = 'detector' in entry ? entry.detector : undefined;
  const detector = detectors.find((candidate) => candidate.name === name);
  if (!detector) {
    const known = detectors.map((candidate) => `"${candidate.name}"`).join(', ');
    throw new MachineError(
      'invalid-json',
      `${place}.detector: expected one of ${known}, found ${JSON.stringify(name)}`,
    );
  }
  const detect = detector.prepare(entry, place);
  const product = 'product' in entry && typeof entry.product === 'string' ? entry.product : detector.name;
  return { product, detector: detector.name, detect };
}
