import { createHash } from 'node:crypto';
import { type Mitigation, parseMitigation, readAccepted, type XsdValidation } from '@stopgap/mitigation';

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
    return this.#read(document, (bytes) => parseMitigation(bytes, this.#xsd));
  }

  /** A document out of the journal: it was checked when it came in. Throws what `readAccepted` throws. */
  readHeld(document: Uint8Array): Promise<Mitigation> {
    return this.#read(document, async (bytes) => readAccepted(bytes), 'held ');
  }

  /** A look has ended. */
  turn(): void {
    this.#before = this.#parsed;
    this.#parsed = new Map();
  }

  /** `as`: what is only read because it is in force already is not accepted for that. */
  async #read(
    document: Uint8Array,
    parse: (bytes: Uint8Array) => Promise<Mitigation>,
    as: 'held ' | '' = '',
  ): Promise<Mitigation> {
    const digest = createHash('sha256').update(document).digest('hex');
    const known = [digest, as + digest].map((key) => this.#parsed.get(key) ?? this.#before.get(key));
    const found = known.find((one) => one !== undefined);
    const mitigation = found ?? (await parse(document));
    this.#parsed.set(known[0] ? digest : as + digest, mitigation);
    return mitigation;
  }
}
