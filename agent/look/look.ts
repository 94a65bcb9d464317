import { recover, type Workshop } from '../apply/operation.ts';
import { tidy } from '../apply/tidy.ts';
import { isReady } from '../apply/wanted.ts';
import { type Decision, decide } from '../decide/decide.ts';
import type { InForce, Offer } from '../decide/input.ts';
import type { StatusRecord } from '../journal/records.ts';
import { gather, surveyHosts } from './gather.ts';
import { readInForce } from './in-force.ts';
import { noteStaleness } from './notes.ts';
import { type Asking, type Offered, offersFromSources } from './offers.ts';
import type { Parts } from './parts.ts';
import { type Performance, type Performed, proveAgain, putInForce, takeOff } from './perform.ts';
import { rebuildJournal } from './rebuild.ts';
import { noteServer } from './server-note.ts';
import { noteStaleFeeds } from './stale-feeds.ts';
import { noteStatus, type Outcomes } from './status.ts';

/** What kind of look: the service's, or one that a person asked for. */
export interface LookRequest {
  readonly actor: string;
  /** Ask the feeds, or work with what they said last, or ask none and take a bundle for one of them. */
  readonly askSources: Asking;
  /** Documents given by hand, in addition to what the sources offer. */
  readonly byHand: readonly Offer[];
  /** Ids to try again now even if they rest after a failure. */
  readonly retryNow: ReadonlySet<string>;
}

/** What came of a look. */
export interface LookResult {
  readonly status: readonly StatusRecord[];
  /** What was done, in order: `apply CVE-2022-41040`, … */
  readonly done: readonly string[];
}

/** The ordinary look of the service. */
export const routineLook: LookRequest = { actor: 'stopgap', askSources: true, byHand: [], retryNow: new Set() };

/**
 * One look: take back what was interrupted, ask the feeds, see what is there, decide, and do it. Running it twice changes
 * nothing. Whoever calls holds the lock.
 */
export async function look(parts: Parts, request: LookRequest = routineLook): Promise<LookResult> {
  parts.journal.reopenIfLost();
  const hosts = await surveyHosts(parts);
  const workshop: Workshop = { hosts, journal: parts.journal, clock: parts.clock, log: parts.log };
  const rebuilt = await rebuildJournal(parts, hosts, request.askSources, request.byHand);
  if (rebuilt) parts.journal.putNote(straysNote, 'due');
  await recover(workshop);
  const offered = await offersFromSources(parts, request.askSources);
  const byHand = new Set(request.byHand.map((offer) => offer.mitigation.id));
  const offers = [...offered.offers.filter((offer) => !byHand.has(offer.mitigation.id)), ...request.byHand];
  const input = await gather(parts, offers, hosts, new Set([...request.retryNow, ...byHand]));
  noteServer(parts, input.inventory, hosts);
  noteStaleness(parts, input.policy.stale);
  noteStaleFeeds(parts, input.policy.stale);
  const outcomes = await perform({ parts, workshop, actor: request.actor }, decide(input).decisions);
  const result = finish(parts, request.actor, offered, outcomes);
  if (parts.journal.note(straysNote) === 'due') await takeOffStrays(parts, workshop, request.actor);
  return result;
}

/** Noted until what stands and nothing accounts for has been taken off everywhere: a look that fails at it leaves it to the next. */
const straysNote = 'strays';

/** What the rebuilt journal does not know is nothing that is in force. */
async function takeOffStrays(parts: Parts, workshop: Workshop, actor: string): Promise<void> {
  for (const change of await tidy(workshop, await readInForce(parts), actor)) {
    parts.log.warn('taken off, as it belongs to nothing in force', { change });
    parts.journal.record({
      at: parts.clock.now(),
      actor,
      event: 'removed',
      detail: `belonged to nothing in force: ${change}`,
    });
  }
  if (workshop.hosts.every(isReady)) parts.journal.putNote(straysNote, 'done');
}

function finish(parts: Parts, actor: string, offered: Offered, outcomes: Outcomes): LookResult {
  const status = noteStatus(parts, actor, outcomes, offered.refused);
  parts.journal.putNote('looked', String(parts.clock.now()));
  parts.library.turn();
  const done = outcomes
    .filter(({ decision }) => decision.step !== 'none')
    .map(({ decision }) => `${decision.step} ${decision.id}`);
  return { status, done };
}

/** Does the decisions one after the other; what is in force is read again for each, since the one before changed it. */
async function perform(at: Performance, decisions: readonly Decision[]): Promise<Outcomes> {
  const outcomes: { decision: Decision; performed: Performed | undefined }[] = [];
  for (const decision of decisions) {
    const inForce = decision.step === 'none' ? [] : await readInForce(at.parts);
    outcomes.push({ decision, performed: await performOne(at, decision, inForce) });
  }
  return outcomes;
}

async function performOne(
  at: Performance,
  decision: Decision,
  inForce: readonly InForce[],
): Promise<Performed | undefined> {
  if (decision.step === 'none') return undefined;
  if (decision.step === 'prove') return await proveAgain(at, decision, inForce);
  at.parts.log.info(decision.step, { mitigation: decision.id, revision: decision.revision, why: decision.reason });
  if (decision.step !== 'remove') return await putInForce(at, decision, inForce);
  const result = await takeOff(at, decision, inForce);
  return result.done ? undefined : { failed: `could not be taken off: ${result.reason}` };
}
