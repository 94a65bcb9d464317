import { type Mitigation, MitigationError, parseMitigation, rehearse } from '@stopgap/mitigation';

/** A document as it would reach servers, and what is wrong with it; empty `complaints`: nothing. */
export interface CheckedDocument {
  readonly mitigation: Mitigation | undefined;
  readonly complaints: readonly string[];
}

/** Reads a document as an agent does, and holds its evidence against its own rules: what contradicts itself must not go out. */
export async function checkDocument(bytes: Uint8Array): Promise<CheckedDocument> {
  try {
    const mitigation = await parseMitigation(bytes);
    const { evidence, idleRules } = rehearse(mitigation);
    const wrong = evidence.filter(({ holds }) => holds === false);
    const complaints = [
      ...wrong.map(({ evidence: { name, expect }, seen }) => {
        return `evidence "${name}" should be ${expect === 'refused' ? 'refused' : 'let through'}, but: ${seen}`;
      }),
      ...idleRules.map((rule) => `rule "${rule}" is not met by any evidence`),
    ];
    return { mitigation, complaints };
  } catch (error) {
    if (!(error instanceof MitigationError)) throw error;
    return { mitigation: undefined, complaints: [error.message] };
  }
}
