import type { XmlLimits } from '@stopgap/xml';

/** Caps on one mitigation document. Those on counts and lengths of single things stand in `grammar.ts` and `lexical.ts`. */
export const documentLimits: XmlLimits = {
  bytes: 256 * 1024,
  /** The deepest that the schema allows is 8 (a condition of a rule). */
  depth: 12,
  elements: 4_000,
};

/** Findings kept of one document; a document with more is garbage and listing them all helps nobody. */
export const maxFindings = 100;

/** Versions of the schema that are read, as written in `<mitigation schema="…">`. */
export const schemaVersions: readonly string[] = ['1'];
