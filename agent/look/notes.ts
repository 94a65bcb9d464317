import { decodeJson, listOf, object, text, whole } from '@stopgap/machine/json';
import { visible } from '@stopgap/machine/visible';
import type { Journal } from '../journal/journal.ts';
import { defaultStaleness, type Staleness } from '../policy/staleness.ts';
import type { SourceDocuments, SourceLook } from '../source.ts';
import type { Parts } from './parts.ts';
import type { Refused } from './select.ts';

/** Notes what was seen of a feed, and in the audit trail what has changed since. */
export function noteSource(
  { journal, clock, log }: Parts,
  name: string,
  documents: SourceDocuments | undefined,
  look: SourceLook,
): void {
  const { trouble } = look;
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
    const what = look.ok ? 'a part of the feed cannot be used' : 'the feed cannot be used';
    log.warn(`${what}; what is applied stays`, { feed: name, step: trouble.step, why: trouble.reason });
    journal.record({ ...entry, event: 'feed-trouble', detail: `${name}: ${trouble.reason}` });
  }
  if (!trouble && before?.trouble) {
    journal.record({ ...entry, event: 'feed-recovered', detail: `${name}: verified again` });
  }
  if (look.ok && documents && documents.version !== before?.version) {
    log.info('a new version of the feed', { feed: name, version: documents.version });
    journal.record({
      ...entry,
      event: 'feed-published',
      detail: `${name}: version ${documents.version}, ${documents.documents.length} documents`,
    });
  }
}

const refusals = listOf(text(4000), 1000);

/** Notes what a feed said beyond what it may speak for: that is no matter of taste, and `status` asks for attention. */
export function noteRefused({ journal, clock, log }: Parts, refused: readonly Refused[]): void {
  const beyond = refused.filter(({ state }) => state === 'blocked');
  // As long, and of such characters, as can be read again.
  const lines = beyond
    .slice(0, 100)
    .map(({ source, id, name, reason }) => visible(`feed ${source}: ${id ?? name}: ${reason}`).slice(0, 4000));
  const before = new Set(readRefused(journal));
  for (const line of lines.filter((one) => !before.has(one))) {
    log.warn('a feed offers what it may not speak for', { why: line });
    journal.record({ at: clock.now(), actor: 'stopgap', event: 'feed-trouble', detail: line });
  }
  journal.putNote('refused', JSON.stringify(lines));
}

/** What `noteRefused` noted at the last look. */
export function readRefused(journal: Journal): readonly string[] {
  const note = journal.note('refused');
  return note === undefined ? [] : decodeJson(note, 'refused', refusals);
}

const staleness = object({ warnAfterDays: whole(0, 3650), stopAfterDays: whole(0, 3650) });

/** Notes what policy says of staleness, for `status`, which reads no policy. */
export function noteStaleness({ journal }: Parts, said: Staleness): void {
  journal.putNote('staleness', JSON.stringify(said));
}

/** What policy said of staleness at the last look. */
export function readStaleness(journal: Journal): Staleness {
  const note = journal.note('staleness');
  return note === undefined ? defaultStaleness : decodeJson(note, 'staleness', staleness);
}
