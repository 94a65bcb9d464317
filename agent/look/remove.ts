import { carryOut, recover, type Workshop } from '../apply/operation.ts';
import { tidy } from '../apply/tidy.ts';
import { isReady } from '../apply/wanted.ts';
import { removal } from '../decide/decide.ts';
import type { InForce } from '../decide/input.ts';
import type { Held } from '../journal/records.ts';
import { surveyHosts } from './gather.ts';
import { readHeldRows } from './in-force.ts';
import type { Parts } from './parts.ts';
import { noteStatus } from './status.ts';

/** Takes one mitigation off because somebody says so, whatever policy would say. Answers why not; `undefined`: it is off. */
export async function removeByHand(
  parts: Parts,
  id: string,
  actor: string,
  reason: string,
): Promise<string | undefined> {
  const hosts = await surveyHosts(parts);
  const workshop: Workshop = { hosts, journal: parts.journal, clock: parts.clock, log: parts.log };
  await recover(workshop);
  const { read, unreadable } = await readHeldRows(parts);
  if (unreadable.some(({ held }) => held.mitigation === id)) {
    const rows = unreadable.map(({ held }) => held);
    return await removeUnreadable({ parts, workshop, actor, reason }, rows, read);
  }
  const held = read.find((one) => one.mitigation.id === id);
  if (!held) return undefined;
  const [hidden] = unreadable;
  if (hidden) {
    const other = hidden.held.mitigation;
    return `${other} is in force too and cannot be read (${hidden.why}); take that off before: stopgap remove ${other} --reason "…"`;
  }
  const holdings = read.filter((one) => one.mitigation.id !== id);
  const task = { kind: 'remove', subject: held, holdings, actor, reason } as const;
  const result = await carryOut(
    workshop,
    task,
    async () => undefined,
    () => undefined,
  );
  if (!result.done) return result.reason;
  const outcome = { decision: removal(held, 'removed', reason), performed: undefined };
  noteStatus(parts, actor, [outcome], [], { keepOthers: true });
  return undefined;
}

interface Removal {
  readonly parts: Parts;
  readonly workshop: Workshop;
  readonly actor: string;
  readonly reason: string;
}

/** What cannot be read is known by what stands beside all that can: it all comes off together, where all hosts can be looked at. */
async function removeUnreadable(
  { parts, workshop, actor, reason }: Removal,
  rows: readonly Held[],
  others: readonly InForce[],
): Promise<string | undefined> {
  const shut = workshop.hosts.find((surveyed) => surveyed.survey.present && !isReady(surveyed));
  if (shut) return `what it put on ${shut.host.name} cannot be looked at: ${shut.survey.missing[0]?.what}`;
  try {
    for (const { mitigation, revision } of rows) {
      await tidy(workshop, others, actor, { mitigation, revision, reason });
      const at = parts.clock.now();
      const detail = `${reason}; its document could not be read`;
      parts.journal.record({ at, actor, event: 'removed', mitigation, revision, detail });
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const gone = new Set(rows.map(({ mitigation }) => mitigation));
  parts.journal.putStatus(parts.journal.status().filter(({ mitigation }) => !gone.has(mitigation)));
  return undefined;
}
