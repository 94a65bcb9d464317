import type { Clock, Log } from '@stopgap/machine';
import type { Offer } from '../decide/input.ts';
import { type Change, type HeldAction, type Host, HostError, type HostPlan } from '../host.ts';
import type { Journal, Outcome } from '../journal/journal.ts';
import type { ClaimMade, Operation, OperationKind } from '../journal/records.ts';
import { type Holding, isReady, type SurveyedHost, wantedOn } from './wanted.ts';

/** What a task is carried out with. */
export interface Workshop {
  readonly hosts: readonly SurveyedHost[];
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
}

/** One mitigation going on or off. `holdings`: everything that is to be in force afterwards. */
export interface Task {
  readonly kind: OperationKind;
  readonly subject: Offer;
  readonly holdings: readonly Holding[];
  readonly actor: string;
  readonly reason: string;
}

/** What is checked once the new configuration is in force; a text says why it must be taken back. */
export type Verify = () => Promise<string | undefined>;

export type TaskResult =
  | { readonly done: true }
  /** `meanwhile`: somebody changed what was to be changed after it was looked at; everything is as they left it. */
  | { readonly done: false; readonly reason: string; readonly meanwhile?: boolean };

/** How often a task is planned anew because somebody is editing the same files, and for how long at most. */
const replanning = { attempts: 3, withinMs: 30_000 } as const;

/** By host: what it would change, and what is claimed by that. */
export type Planned = readonly {
  readonly host: Host;
  readonly plan: HostPlan;
  readonly claims: readonly ClaimMade[];
  /** Why the mitigation that the task is about cannot stand there: its name is taken by something else. */
  readonly conflict: string | undefined;
}[];

/** What all hosts would have to change for a task. Changes nothing. */
export async function planTask(workshop: Workshop, task: Task): Promise<Planned> {
  const hosts = workshop.hosts.filter((surveyed) => task.kind === 'remove' || isReady(surveyed));
  return await Promise.all(
    hosts.map(async (surveyed) => {
      const { wanted, plan } = await planFrom(surveyed, workshop, task);
      const own = plan.findings.filter((_, index) => wanted[index]?.mitigation === task.subject.mitigation.id);
      const claims = own.flatMap((finding) =>
        finding.claims ? [{ host: surveyed.host.name, thing: finding.claims.thing, state: finding.claims.state }] : [],
      );
      const taken = own.find(({ presence }) => presence === 'conflict');
      return { host: surveyed.host, plan, claims, conflict: taken && `${surveyed.host.name}: ${taken.detail}` };
    }),
  );
}

/**
 * Nothing is wanted on a host that could not be looked at, as far as its survey says. Where it can be by now, it is asked
 * again, or what else is in force there would come off as well.
 */
async function planFrom(
  surveyed: SurveyedHost,
  workshop: Workshop,
  task: Task,
): Promise<{ readonly wanted: readonly HeldAction[]; readonly plan: HostPlan }> {
  const { host } = surveyed;
  const wanted = wantedOn(surveyed, task.holdings);
  const plan = await planOn(host, wanted, workshop, task);
  if (isReady(surveyed) || plan.changes.length === 0) return { wanted, plan };
  const now = { host, survey: await host.survey() };
  return isReady(now) ? await planFrom(now, workshop, task) : { wanted, plan };
}

/** A host that cannot be read now must not keep others from what is none of its business: it is left alone. */
async function planOn(host: Host, wanted: readonly HeldAction[], workshop: Workshop, task: Task): Promise<HostPlan> {
  try {
    return await host.plan(wanted, workshop.journal.claims(host.name));
  } catch (error) {
    if (task.subject.mitigation.actions.some(({ kind }) => host.holds.includes(kind))) throw error;
    workshop.log.warn('a host cannot be read, and is left alone', { host: host.name, why: messageOf(error) });
    return { findings: [], changes: [] };
  }
}

/**
 * Carries a task out: all of it, or none. Every change is in the journal before it is made; when a change, the new
 * configuration or `verify` fails, everything is taken back. `heldAfter` answers the row to keep once all is well. Where
 * somebody edits the same files meanwhile, it is planned anew from what is there then, a few times.
 */
export async function carryOut(
  workshop: Workshop,
  task: Task,
  verify: Verify,
  heldAfter: () => Outcome['held'],
): Promise<TaskResult> {
  const until = workshop.clock.elapsed() + replanning.withinMs;
  for (let attempt = 1; ; attempt++) {
    const result = await attemptTask(workshop, task, verify, heldAfter);
    const again = !result.done && result.meanwhile === true;
    if (!again || attempt >= replanning.attempts || workshop.clock.elapsed() >= until) return result;
    workshop.log.info('planned anew, as somebody changed a file meanwhile', {
      mitigation: task.subject.mitigation.id,
      why: result.reason,
    });
  }
}

async function attemptTask(
  workshop: Workshop,
  task: Task,
  verify: Verify,
  heldAfter: () => Outcome['held'],
): Promise<TaskResult> {
  const { journal, clock, log } = workshop;
  const planned = await planOrWhyNot(workshop, task);
  if ('done' in planned) return planned;
  const conflict = planned.find((one) => one.conflict !== undefined)?.conflict;
  if (task.kind !== 'remove' && conflict !== undefined) return { done: false, reason: conflict };
  const changes = planned.flatMap(({ plan }) => plan.changes);
  const { id, revision } = task.subject.mitigation;
  const { kind, actor, reason } = task;
  const operation = journal.begin({ kind, mitigation: id, revision, actor, reason, at: clock.now(), changes });
  try {
    for (const change of changes) await hostOf(workshop.hosts, change).perform(change);
    journal.reach(operation, 'performed');
    for (const { host, plan } of planned) if (plan.changes.length > 0) await host.activate();
    journal.reach(operation, 'activated');
    const objection = await verify();
    if (objection !== undefined) throw new Objection(objection);
    journal.finish(operation, id, {
      at: clock.now(),
      held: heldAfter(),
      claims: task.kind === 'remove' ? [] : planned.flatMap(({ claims }) => claims),
    });
    return { done: true };
  } catch (error) {
    // What the journal says is true: next time nobody would know that it was taken back.
    if (journal.isFinished(operation)) return { done: true };
    const why = messageOf(error);
    if (!(error instanceof Objection) && !(error instanceof HostError))
      log.error('a change failed', { mitigation: id, why });
    await takeBack(workshop, { id: operation, kind, mitigation: id, revision, actor, reason, changes });
    const meanwhile = error instanceof HostError && error.code === 'changed-meanwhile';
    return { done: false, reason: why, meanwhile };
  }
}

/** Where a host cannot say what it would change, nothing is begun; other mitigations go on. */
async function planOrWhyNot(workshop: Workshop, task: Task): Promise<Planned | Extract<TaskResult, { done: false }>> {
  try {
    return await planTask(workshop, task);
  } catch (error) {
    workshop.log.error('a change cannot be planned', { mitigation: task.subject.mitigation.id, why: messageOf(error) });
    return { done: false, reason: messageOf(error) };
  }
}

class Objection extends Error {}

type OpenOperation = Omit<Operation, 'phase' | 'started'>;

/** Takes all changes of an operation back, last first, and puts the configuration as it was in force again. */
export async function takeBack(workshop: Workshop, operation: OpenOperation): Promise<void> {
  const { journal, clock, log } = workshop;
  try {
    journal.reach(operation.id, 'undoing');
  } catch (error) {
    // Say, on a full disk: what was changed may stand on another, and is not left in force for that.
    log.warn('the journal cannot be written; what is open in it is taken back all the same', { why: messageOf(error) });
  }
  const stuck = await undoAll(workshop, operation);
  if (stuck) throw stuck.error;
  journal.undone(operation.id, clock.now());
  log.info('taken back', {
    mitigation: operation.mitigation,
    operation: operation.kind,
    changes: operation.changes.length,
  });
}

/**
 * Last change first. Where one host cannot be brought back now, the others are all the same: what it holds may do harm there.
 * Answers the first that went wrong.
 */
async function undoAll(workshop: Workshop, operation: OpenOperation): Promise<{ readonly error: unknown } | undefined> {
  const stuck = new Map<string, { readonly error: unknown }>();
  const attempt = async (host: string, work: () => Promise<void>) => {
    if (stuck.has(host)) return;
    await work().catch((error: unknown) => stuck.set(host, { error }));
  };
  for (const change of [...operation.changes].reverse())
    await attempt(change.host, async () => await hostOf(workshop.hosts, change).undo(change));
  const touched = new Set(operation.changes.map((change) => change.host));
  for (const { host } of workshop.hosts)
    if (touched.has(host.name)) await attempt(host.name, () => activateAsItWas(workshop, host, operation));
  return [...stuck.values()][0];
}

/**
 * What we changed is out again. If the server refuses what is left, that is the administrator's own, and no reason to stand
 * still: it goes on with what it serves, and takes ours out of force when its configuration is mended and reloaded.
 */
async function activateAsItWas({ journal, clock, log }: Workshop, host: Host, operation: OpenOperation): Promise<void> {
  try {
    await host.activate();
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== 'configuration-refused') throw error;
    const detail = `${host.name} refuses its own configuration after an ${operation.kind} was taken back: ${error.message}`;
    log.error(detail, { mitigation: operation.mitigation });
    const { mitigation, revision } = operation;
    journal.record({ at: clock.now(), actor: 'stopgap', event: 'failed', mitigation, revision, detail });
  }
}

/** Takes back what a kill or a failed undo left open. Throws when that is not possible: nothing else may be done before it is. */
export async function recover(workshop: Workshop): Promise<number> {
  const open = workshop.journal.unfinished();
  for (const operation of [...open].reverse()) {
    await takeBack(workshop, operation);
    workshop.journal.record({
      at: workshop.clock.now(),
      actor: 'stopgap',
      event: 'undone',
      mitigation: operation.mitigation,
      revision: operation.revision,
      detail: `an interrupted ${operation.kind} was taken back (${operation.changes.length} changes)`,
    });
  }
  return open.length;
}

function hostOf(hosts: readonly SurveyedHost[], change: Change): Host {
  const found = hosts.find(({ host }) => host.name === change.host);
  if (!found) {
    throw new HostError(
      'unreachable',
      `the journal holds a change of host "${change.host}", which is not configured; put it back into agent.json`,
    );
  }
  return found.host;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
