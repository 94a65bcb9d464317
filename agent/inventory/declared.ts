import { mapOf, object, optional, text } from '@stopgap/machine';
import type { Detector } from './detector.ts';
import { detectorName, productName, roleNames, updateIds } from './words.ts';

const decode = object({
  product: productName,
  detector: detectorName('declared'),
  build: optional(text(128)),
  roles: optional(roleNames, []),
  updates: optional(updateIds, []),
  packages: optional(mapOf(text(128), 1000), new Map<string, string>()),
});

/** What the admin says: for servers that nothing else can look at, and for tests. */
export const declared: Detector = {
  name: 'declared',
  prepare: (entry, place) => {
    const { product, build, roles, updates, packages } = decode(entry, place);
    const facts = { product, build, roles, updates, packages, source: `declared (${place})` };
    return async () => ({ presence: 'here', facts });
  },
};
