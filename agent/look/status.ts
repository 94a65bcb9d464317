import { type Decision, telling } from '../decide/decide.ts';
import type { HistoryEvent, StatusRecord } from '../journal/records.ts';
import type { Parts } from './parts.ts';
import { type Performed, retryAfter } from './perform.ts';
import type { Refused } from './select.ts';

export type Outcomes = readonly { readonly decision: Decision; readonly performed: Performed | undefined }[];

/** Turns what was decided and done into the status table and the audit trail. */
export function noteStatus(
  parts: Parts,
  actor: string,
  outcomes: Outcomes,
  refused: readonly Refused[],
  options: { readonly keepOthers?: boolean } = {},
): readonly StatusRecord[] {
  const before = new Map(parts.journal.status().map((record) => [record.mitigation, record]));
  const records = outcomes.map(({ decision, performed }) => {
    const record = recordOf(parts, decision, performed, before.get(decision.id));
    audit(parts, actor, decision, performed, before.get(decision.id), record);
    return record;
  });
  const known = new Set(records.map((record) => record.mitigation));
  const others = [...before.values()].filter(
    ({ mitigation, state }) => !known.has(mitigation) && (options.keepOthers || state === 'removed'),
  );
  const all = withRefused([...records, ...others], refused, parts.clock.now());
  parts.journal.putStatus(all);
  return all;
}

function recordOf(
  parts: Parts,
  decision: Decision,
  performed: Performed | undefined,
  before: StatusRecord | undefined,
): StatusRecord {
  const now = parts.clock.now();
  const { id, revision, title, kinds, source } = decision;
  const about = { mitigation: id, revision, title, kinds, source };
  if (performed && 'failed' in performed) {
    const attempts = (before?.revision === decision.revision ? before.attempts : 0) + 1;
    const nextTry = now + retryAfter(attempts);
    const reason = `${performed.failed}; tried again at ${new Date(nextTry).toISOString().slice(11, 16)} UTC`;
    return {
      ...about,
      state: 'failed',
      reason,
      since: before?.state === 'failed' ? before.since : now,
      attempts,
      nextTry,
    };
  }
  if (performed) {
    const { held } = performed;
    return {
      ...about,
      revision: held.revision,
      ...telling(held, 'told' in decision ? decision.told : undefined),
      since: held.since,
      attempts: 0,
      nextTry: undefined,
    };
  }
  const state = decision.step === 'remove' || decision.step === 'none' ? decision.state : 'failed';
  const since = sinceOf(decision, before, now, state);
  const resting =
    state === 'failed'
      ? { attempts: before?.attempts ?? 0, nextTry: before?.nextTry }
      : { attempts: 0, nextTry: undefined };
  return { ...about, state, reason: decision.reason, since, ...resting };
}

/** A row that says the same as before keeps its time; what was never in force has none. */
function sinceOf(
  decision: Decision,
  before: StatusRecord | undefined,
  now: number,
  state: StatusRecord['state'],
): number | undefined {
  if (before?.state === state) return before.since;
  return state === 'not-applicable' && decision.step === 'none' ? undefined : now;
}

/** Adds what is not taken, each under its id (or its document's name); where that is taken, with its feed before it. */
function withRefused(
  records: readonly StatusRecord[],
  refused: readonly Refused[],
  now: number,
): readonly StatusRecord[] {
  const byKey = new Map(records.map((record) => [record.mitigation, record]));
  for (const one of refused) {
    const plain = one.id ?? one.name;
    const keys = [plain, `${one.source}/${plain}`, `${one.source}/${one.name}`];
    const key = keys.find((candidate) => !byKey.has(candidate)) ?? `${one.source}/${one.name} (${byKey.size})`;
    byKey.set(key, refusedRecord(one, key, now));
  }
  return [...byKey.values()];
}

function refusedRecord(refused: Refused, mitigation: string, now: number): StatusRecord {
  const { title, revision, kinds, source, state, reason, untold } = refused;
  const about = { mitigation, revision, title, kinds, source, state, reason };
  return { ...about, since: undefined, attempts: 0, nextTry: untold ? now + retryAfter(1) : undefined };
}

const events: Partial<Record<Decision['step'], HistoryEvent>> = {
  apply: 'applied',
  repair: 'repaired',
  remove: 'removed',
};

function audit(
  parts: Parts,
  actor: string,
  decision: Decision,
  performed: Performed | undefined,
  before: StatusRecord | undefined,
  record: StatusRecord,
): void {
  const failed = performed !== undefined && 'failed' in performed;
  const event = failed ? 'failed' : (events[decision.step] ?? 'state-changed');
  if (event === 'state-changed' && (before?.state === record.state || (!before && record.state === 'not-applicable')))
    return;
  const detail =
    event === 'repaired'
      ? `${decision.reason}; put back: ${record.reason}`
      : event === 'state-changed'
        ? `${record.state}: ${record.reason}`
        : record.reason;
  parts.journal.record({
    at: parts.clock.now(),
    actor,
    event,
    mitigation: decision.id,
    revision: record.revision,
    detail,
  });
}
