import type { Mitigation } from '@stopgap/mitigation';
import { failingHealth } from '../apply/health.ts';
import { carryOut, type Task, type TaskResult, type Workshop } from '../apply/operation.ts';
import type { Decision } from '../decide/decide.ts';
import type { InForce } from '../decide/input.ts';
import type { Endpoint } from '../host.ts';
import type { Held } from '../journal/records.ts';
import { sameAnswer } from '../prove/judge-evidence.ts';
import { type Baseline, keyOf, type Proof, prove, takeBaseline } from '../prove/prove.ts';
import { noteRefusedBefore, readRefusedBefore } from './baseline.ts';
import type { Parts } from './parts.ts';

export interface Performance {
  readonly parts: Parts;
  readonly workshop: Workshop;
  readonly actor: string;
}

type Doing = Extract<Decision, { step: 'apply' | 'repair' | 'prove' }>;
type Disproof = Extract<Proof, { result: 'disproven' }>;
type Removing = Extract<Decision, { step: 'remove' }>;

/** What came of a step: the row now in force, or why not. */
export type Performed = { readonly held: Held } | { readonly failed: string };

/** Puts a mitigation in force, in this order: ordinary requests, the change, the proof, the health checks. */
export async function putInForce(at: Performance, decision: Doing, inForce: readonly InForce[]): Promise<Performed> {
  const { parts, workshop, actor } = at;
  const { offer, mode } = decision;
  const baseline: Baseline =
    mode === 'enforce'
      ? await takeBaseline(offer.mitigation, endpointsOf(workshop, offer.mitigation), parts.send)
      : new Map();
  const healthyBefore = (await failingHealth(parts.health, parts.commands)) === undefined;
  let proof: Proof | undefined;
  const task: Task = {
    kind: decision.step === 'repair' ? 'repair' : 'apply',
    subject: offer,
    holdings: [...without(inForce, decision.id), { ...offer, mode }],
    actor,
    reason: decision.reason,
  };
  const before = inForce.find((held) => held.mitigation.id === decision.id);
  const result = await carryOut(
    workshop,
    task,
    async () => {
      proof = mode === 'observe' ? undefined : await proveTwice(at, decision, baseline);
      if (proof?.result === 'disproven') return `${proof.reason}; the change was taken back`;
      const ill = healthyBefore ? await failingHealth(parts.health, parts.commands) : undefined;
      return ill === undefined ? undefined : `${ill}; the change was taken back`;
    },
    () => rowOf(at, decision, proof, before?.since),
  );
  return performed(at, result, decision, proof, before);
}

/**
 * Sends the evidence of what is in force again. What no longer holds is taken off: it protects nobody, or harms. Where the
 * server then refuses an ordinary request as before, that was not our doing, and it is put back at once.
 */
export async function proveAgain(at: Performance, decision: Doing, inForce: readonly InForce[]): Promise<Performed> {
  const { parts, workshop } = at;
  const held = inForce.find((one) => one.mitigation.id === decision.id);
  const known = readRefusedBefore(parts.journal, decision.id);
  const proof = decision.mode === 'observe' ? undefined : await proveTwice(at, decision, known);
  if (proof?.result !== 'disproven' || !held) return stillHeld(at, decision, proof, held?.since);
  const holdings = without(inForce, decision.id);
  const task: Task = { kind: 'remove', subject: held, holdings, actor: at.actor, reason: proof.reason };
  let innocent: Baseline | undefined;
  const result = await carryOut(
    workshop,
    task,
    async () => {
      innocent = await acquittal(at, decision, proof);
      return innocent && 'the server refuses it without the mitigation too';
    },
    () => undefined,
  );
  if (!innocent || result.done) return takenOff(result, proof.reason);
  const again = await proveTwice(at, decision, innocent);
  if (again.result !== 'disproven') return stillHeld(at, decision, again, held.since);
  return takenOff(await carryOut(workshop, task, nothingToVerify, () => undefined), again.reason);
}

function stillHeld(at: Performance, decision: Doing, proof: Proof | undefined, since: number | undefined): Performed {
  const row = rowOf(at, decision, proof, since);
  at.parts.journal.putHeld(row);
  return { held: row };
}

function takenOff(result: TaskResult, why: string): Performed {
  return { failed: result.done ? `${why}; it was taken off` : `${why}; taking it off failed: ${result.reason}` };
}

/** What ordinary requests get while it is off; `undefined` unless the one that was refused is refused now too. */
async function acquittal({ parts, workshop }: Performance, { offer }: Doing, { ordinary }: Disproof) {
  if (!ordinary) return undefined;
  const endpoints = endpointsOf(workshop, offer.mitigation);
  const baseline = await takeBaseline(offer.mitigation, endpoints, parts.send);
  const now = baseline.get(keyOf(ordinary.endpoint, ordinary.evidence));
  return now && sameAnswer(now, ordinary.seen) ? baseline : undefined;
}

const nothingToVerify = async () => undefined;

function without(inForce: readonly InForce[], id: string): readonly InForce[] {
  return inForce.filter((held) => held.mitigation.id !== id);
}

/** A verdict against a mitigation must show twice, a moment apart: one lost connection proves nothing. */
async function proveTwice({ parts, workshop }: Performance, { offer }: Doing, baseline: Baseline): Promise<Proof> {
  const endpoints = endpointsOf(workshop, offer.mitigation);
  const first = await prove(offer.mitigation, endpoints, baseline, parts.send);
  if (first.result !== 'disproven') return first;
  await parts.clock.sleep(400);
  return await prove(offer.mitigation, endpoints, baseline, parts.send);
}

/** Takes a mitigation off. */
export async function takeOff(at: Performance, decision: Removing, inForce: readonly InForce[]): Promise<TaskResult> {
  const task: Task = {
    kind: 'remove',
    subject: decision.held,
    holdings: without(inForce, decision.id),
    actor: at.actor,
    reason: decision.reason,
  };
  return await carryOut(at.workshop, task, nothingToVerify, () => undefined);
}

/** Of a host with several sites only those that the mitigation is about are asked: the others hold no rule of it. */
function endpointsOf({ hosts }: Workshop, { actions }: Mitigation): readonly Endpoint[] {
  const scopes = actions.flatMap((action) => (action.kind === 'urlRewrite' ? [action.scope] : []));
  const everywhere = scopes.length === 0 || scopes.some((scope) => scope.level === 'server');
  const sites = new Set(scopes.flatMap((scope) => (scope.level === 'server' ? [] : [scope.site.toLowerCase()])));
  return hosts
    .flatMap(({ survey }) => survey.endpoints)
    .filter(({ site }) => everywhere || site === undefined || sites.has(site.toLowerCase()));
}

function performed(
  at: Performance,
  result: TaskResult,
  decision: Doing,
  proof: Proof | undefined,
  before: InForce | undefined,
): Performed {
  if (result.done) return { held: rowOf(at, decision, proof, before?.since) };
  const stays = before && decision.step === 'apply' ? `; revision ${before.mitigation.revision} stays in force` : '';
  return { failed: result.reason + stays };
}

/** The row to keep. What the server refused by itself is noted first, so that a kill in between loses nothing of it. */
function rowOf(
  { parts }: Performance,
  { offer, mode, adopts }: Doing,
  proof: Proof | undefined,
  since: number | undefined,
): Held {
  const now = parts.clock.now();
  if (proof && proof.result !== 'disproven') noteRefusedBefore(parts.journal, offer.mitigation.id, proof.refusedBefore);
  return {
    mitigation: offer.mitigation.id,
    revision: offer.mitigation.revision,
    source: offer.source,
    origin: offer.origin,
    mode,
    document: offer.document,
    since: since ?? now,
    ...stateOf(proof, adopts),
    proven: proof?.result === 'unproven' ? undefined : now,
  };
}

function stateOf(proof: Proof | undefined, adopts: string | undefined): Pick<Held, 'state' | 'reason'> {
  if (!proof) return { state: 'observing', reason: 'what it would refuse is logged, nothing is refused' };
  const reason = adopts === undefined ? proof.reason : `${proof.reason}; ${adopts}`;
  return { state: proof.result === 'proven' ? 'protected' : 'applied', reason };
}

/** Milliseconds until a failed mitigation is tried again: one minute, doubled each time, at most an hour. */
export function retryAfter(attempts: number): number {
  return Math.min(60_000 * 2 ** Math.max(0, attempts - 1), 3_600_000);
}
