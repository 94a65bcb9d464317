import { MitigationError } from '@stopgap/mitigation';
import type { Offer } from '../decide/input.ts';
import type { BundleTerms, MitigationSource, SourceDocument, SourceDocuments, SourceLook } from '../source.ts';
import { noteRefused, noteSource } from './notes.ts';
import type { Parts } from './parts.ts';
import { beyondScope } from './scope.ts';
import { described, type Refused, type SourceSays, select } from './select.ts';

/** What all feeds offer, one offer for each id, and what of it is refused. */
export interface Offered {
  readonly offers: readonly Offer[];
  readonly refused: readonly Refused[];
}

/** `true`: ask every feed. `false`: what they said last. A bundle: hand it to its feed, and ask nobody. */
export type Asking = boolean | BundleGiven;

/** A bundle for one feed. */
export interface BundleGiven {
  readonly feed: string;
  readonly bytes: Uint8Array;
  readonly terms: BundleTerms;
}

/** Asks the sources; where one cannot be used, what it said last still stands. Notes what was seen of each. */
export async function offersFromSources(parts: Parts, asking: Asking): Promise<Offered> {
  const says = await Promise.all(
    parts.sources.map(async (source) => await readAll(parts, source, await documentsOf(parts, source, asking))),
  );
  const { offers, refused, keep } = select(
    says,
    parts.journal.held().map(({ mitigation: id, source, origin }) => ({ id, source, origin })),
  );
  if (asking !== false) {
    noteRefused(parts, refused);
    parts.journal.keepSources(parts.sources.map(({ name }) => name));
  }
  return { offers: [...offers, ...(await kept(parts, keep))], refused };
}

async function documentsOf(
  parts: Parts,
  source: MitigationSource,
  asking: Asking,
): Promise<SourceDocuments | undefined> {
  const look = await ask(source, asking);
  if (!look) return source.last();
  const documents = look.ok ? look.documents : source.last();
  noteSource(parts, source.name, documents, look);
  return documents;
}

async function ask(source: MitigationSource, asking: Asking): Promise<SourceLook | undefined> {
  if (asking === true) return await source.look();
  if (asking === false || asking.feed !== source.name) return undefined;
  return await source.take?.(asking.bytes, asking.terms);
}

/** What is in force and has to stay, although its feed cannot be heard or says it in a form that is not known. */
async function kept(parts: Parts, keep: ReadonlySet<string>): Promise<readonly Offer[]> {
  const held = parts.journal.held().filter(({ mitigation }) => keep.has(mitigation));
  return await Promise.all(
    held.map(async ({ document, source, origin }) => ({
      mitigation: await parts.library.readHeld(document),
      source,
      origin,
      document,
    })),
  );
}

async function readAll(
  parts: Parts,
  source: MitigationSource,
  documents: SourceDocuments | undefined,
): Promise<SourceSays> {
  const read = await Promise.all(
    (documents?.documents ?? []).map((document) => readOne(parts, source, document, documents?.expiresAt)),
  );
  return {
    name: source.name,
    silent: documents === undefined || read.some((one) => 'untold' in one),
    offers: read.flatMap((one) => ('mitigation' in one ? [one] : [])),
    refused: read.flatMap((one) => ('reason' in one ? [one] : [])),
  };
}

async function readOne(
  parts: Parts,
  { name: source, scope }: MitigationSource,
  { name, bytes, products, rank = 0, unsupported, freshUntil: own }: SourceDocument,
  feedFreshUntil: number | undefined,
): Promise<SourceSays['offers'][number] | Refused> {
  const refused = { name, source, revision: 0, kinds: '' };
  if (unsupported) return { ...refused, ...unsupported, state: 'unsupported' };
  try {
    const mitigation = await parts.library.read(bytes);
    const reason = beyondScope(mitigation, source, scope, products);
    if (reason !== undefined) return { ...refused, ...described(mitigation), state: 'blocked', reason };
    const freshUntil = Math.min(own ?? Number.POSITIVE_INFINITY, feedFreshUntil ?? Number.POSITIVE_INFINITY);
    const fresh = Number.isFinite(freshUntil) ? { freshUntil } : {};
    return { name, rank, mitigation, source, origin: 'feed', document: bytes, ...fresh };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const untold = error instanceof MitigationError && error.code === 'validator-unavailable';
    return { ...refused, id: undefined, title: name, state: 'unsupported', reason, ...(untold ? { untold } : {}) };
  }
}
