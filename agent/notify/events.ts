import type { HistoryRecord } from '../journal/records.ts';
import type { Weight } from './config.ts';

/** What people and programs are told; its fields are interface. */
export interface Notification {
  readonly version: 1;
  /** The same for every attempt to tell it: whoever gets it twice can know. */
  readonly id: string;
  readonly server: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly event: string;
  readonly weight: Weight;
  readonly mitigation: string | null;
  readonly revision: number | null;
  /** One sentence for people. */
  readonly text: string;
  readonly detail: string;
}

const weights: ReadonlyMap<string, Weight> = new Map<string, Weight>([
  ['applied', 'better'],
  ['protected', 'better'],
  ['repaired', 'better'],
  ['feed-recovered', 'better'],
  ['failed', 'worse'],
  ['conflict', 'worse'],
  ['unsupported', 'worse'],
  ['prerequisite-missing', 'worse'],
  ['undone', 'worse'],
  ['rebuilt', 'worse'],
  ['feed-trouble', 'worse'],
  ['feed-stale', 'worse'],
  ['removed', 'other'],
  ['observing', 'other'],
  ['pending', 'other'],
  ['blocked', 'other'],
  ['policy-changed', 'other'],
]);

/** What happened, in one word: the event, or the state that a mitigation has come into. */
export function wordOf({ event, detail }: HistoryRecord): string {
  return event === 'state-changed' ? (/^([a-z-]+): /.exec(detail)?.[1] ?? event) : event;
}

/** What an entry of the history becomes, or `undefined` where nobody has to hear of it. Pure. */
export function notificationOf(entry: HistoryRecord, server: string): Notification | undefined {
  const word = wordOf(entry);
  const weight = weights.get(word);
  if (weight === undefined) return undefined;
  const detail = entry.event === 'state-changed' ? entry.detail.slice(word.length + 2) : entry.detail;
  return {
    version: 1,
    id: `${server}/${entry.id}/${entry.at}`,
    server,
    at: new Date(entry.at).toISOString(),
    event: word,
    weight,
    mitigation: entry.mitigation ?? null,
    revision: entry.revision ?? null,
    text: `${server}: ${entry.mitigation === undefined ? word : `${entry.mitigation} ${word}`}: ${detail}`,
    detail,
  };
}

/**
 * Whether an entry only says again what was said of the same thing: a mitigation that fails anew each hour, a feed that is
 * still in trouble for another reason. `before`: the last entry about the same thing. Pure.
 */
export function saysAgain(entry: HistoryRecord, before: HistoryRecord | undefined): boolean {
  if (!before || !['failed', 'feed-trouble'].includes(entry.event)) return false;
  return wordOf(before) === wordOf(entry);
}

/** What an entry is about: a mitigation, a feed, the policy, or the agent as a whole. Pure. */
export function subjectOf({ event, mitigation, detail }: HistoryRecord): string {
  if (mitigation !== undefined) return `mitigation ${mitigation}`;
  if (event.startsWith('feed-')) return `feed ${detail.split(':', 1)[0] ?? ''}`;
  return event === 'policy-changed' ? 'policy' : 'agent';
}
