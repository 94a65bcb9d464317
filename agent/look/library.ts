import { createHash } from 'node:crypto';
import { type Mitigation, parseMitigation, type XsdValidation } from '@stopgap/mitigation';

/** Parsed documents by the digest of their bytes: each is parsed once, and forgotten when two looks have not asked for it. */
export class Library {
  #parsed = new Map<string, Mitigation>();
  #before: ReadonlyMap<string, Mitigation> = new Map();
  readonly #xsd: XsdValidation;

  /** `xsd`: where the schema validator runs. */
  constructor(xsd: XsdValidation) {
    this.#xsd = xsd;
  }

  /** A document from outside. Throws what `parseMitigation` throws. */
  read(document: Uint8Array): Promise<Mitigation> {
    return this.#read(document, this.#xsd);
  }

  /** A document out of the journal: it was held against the schema when it came in, and is only checked by the parser again. */
  readHeld(document: Uint8Array): Promise<Mitigation> {
    return this.#read(document, alreadyValid);
  }

  /** A look has ended. */
  turn(): void {
    this.#before = this.#parsed;
    this.#parsed = new Map();
  }

  async #read(document: Uint8Array, xsd: XsdValidation): Promise<Mitigation> {
    const digest = createHash('sha256').update(document).digest('hex');
    const known = this.#parsed.get(digest) ?? this.#before.get(digest);
    const mitigation = known ?? (await parseMitigation(document, xsd));
    this.#parsed.set(digest, mitigation);
    return mitigation;
  }
}

const alreadyValid: XsdValidation = { validate: async () => [] };
