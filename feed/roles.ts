/** The four top-level roles of The Update Framework (specification, section 2.1), in order of authority. */
export const roleNames = ['root', 'targets', 'snapshot', 'timestamp'] as const;

export type RoleName = (typeof roleNames)[number];

/** Days for which a signature of each role is good. The online roles are re-signed by `renewFeed`. */
export const defaultExpiryDays: Readonly<Record<RoleName, number>> = {
  root: 365,
  targets: 180,
  snapshot: 30,
  timestamp: 7,
};

/** The version of the specification that our metadata follows. */
export const specVersion = '1.0.31';

/**
 * Field in the signed part of `timestamp.json` that says when it was signed. The specification lets publishers add
 * fields (section 4.3 "unrecognized"); readers use it for `signed … ago` and as the floor of their clock.
 */
export const signedAtField = 'signed_at';

/**
 * Field in the signed part of a root that counts how often the feed's logs were begun anew, after a loss that no copy could
 * mend. Only the holders of root keys can say so, by their threshold; readers forget the log heads they have seen then.
 */
export const logRestartsField = 'log_restarts';

/** How often the logs were begun anew by this root; 0 where it does not say. */
export function logRestarts(
  root: { readonly unrecognizedFields: Readonly<Record<string, unknown>> } | undefined,
): number {
  const value = root?.unrecognizedFields[logRestartsField];
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : 0;
}

/** `2026-08-01T12:00:00Z`: the specification's date form has no fractions of a second (section 4.2.1). */
export function metadataDate(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/**
 * Field in an entry of a role's `delegations.roles`: the products for which that delegated role, and whomever it delegates
 * to, may speak. A list of names as in a mitigation's `applicability`; absent: any. The specification lets publishers add it.
 */
export const productsField = 'products';
