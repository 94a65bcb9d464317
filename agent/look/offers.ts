import type { Offer } from '../decide/input.ts';
import type { SourceDocuments, SourceTrouble } from '../source.ts';
import type { Unreadable } from './library.ts';
import type { Parts } from './parts.ts';

export interface Offered {
  readonly offers: readonly Offer[];
  readonly unreadable: readonly Unreadable[];
}

/** Asks every source; where one cannot be reached, what it said last still stands. Notes what was seen of each. */
export async function offersFromSources(parts: Parts, ask: boolean): Promise<Offered> {
  const found = await Promise.all(
    parts.sources.map(async (source) => {
      if (!ask) return { name: source.name, documents: source.last() };
      const look = await source.look();
      const documents = look.ok ? look.documents : source.last();
      noteSource(parts, source.name, documents, look.ok ? undefined : look.trouble);
      return { name: source.name, documents };
    }),
  );
  const read = await Promise.all(
    found.flatMap(({ name, documents }) =>
      (documents?.documents ?? []).map((document) => readOne(parts, name, document)),
    ),
  );
  return {
    offers: read.flatMap((one) => ('mitigation' in one ? [one] : [])),
    unreadable: read.flatMap((one) => ('reason' in one ? [one] : [])),
  };
}

async function readOne(
  parts: Parts,
  source: string,
  document: { readonly name: string; readonly bytes: Uint8Array },
): Promise<Offer | Unreadable> {
  try {
    const mitigation = await parts.library.read(document.bytes);
    return { mitigation, source, origin: 'feed', document: document.bytes };
  } catch (error) {
    return { name: document.name, source, reason: error instanceof Error ? error.message : String(error) };
  }
}

function noteSource(
  { journal, clock, log }: Parts,
  name: string,
  documents: SourceDocuments | undefined,
  trouble: SourceTrouble | undefined,
): void {
  const before = journal.sources().find((record) => record.name === name);
  const now = clock.now();
  journal.putSource({
    name,
    version: documents?.version,
    signed: documents?.signedAt,
    expires: documents?.expiresAt,
    looked: now,
    trouble: trouble && { ...trouble, since: before?.trouble?.since ?? now },
  });
  const entry = { at: now, actor: 'stopgap' };
  if (trouble && before?.trouble?.reason !== trouble.reason) {
    log.warn('the feed cannot be used; what is applied stays', { feed: name, step: trouble.step, why: trouble.reason });
    journal.record({ ...entry, event: 'feed-trouble', detail: `${name}: ${trouble.reason}` });
  }
  if (!trouble && before?.trouble) {
    journal.record({ ...entry, event: 'feed-recovered', detail: `${name}: verified again` });
  }
  if (!trouble && documents && documents.version !== before?.version) {
    log.info('a new version of the feed', { feed: name, version: documents.version });
    journal.record({
      ...entry,
      event: 'feed-published',
      detail: `${name}: version ${documents.version}, ${documents.documents.length} documents`,
    });
  }
}
