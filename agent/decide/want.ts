import { judge } from '@stopgap/mitigation';
import { daysText, staleDays } from '../policy/staleness.ts';
import type { MitigationState } from '../state.ts';
import type { DecideInput, InForce, Offer } from './input.ts';

/** What `status` has to say of something in force: before its own reason, or in place of it where there is a state. */
export interface Told {
  readonly state?: MitigationState;
  readonly reason: string;
}

/** Whether a mitigation should be in force on this server, before looking at the server. */
export type Want =
  | {
      readonly wanted: true;
      readonly offer: Offer;
      readonly mode: 'enforce' | 'observe';
      readonly because: string;
      readonly told?: Told;
    }
  /** Should not be (put) in force. What is in force is taken off only where `remove`. */
  | { readonly wanted: false; readonly state: MitigationState; readonly reason: string; readonly remove: boolean }
  /** Nothing is to change: what is in force stays as it is, in the revision it has. `remedy`: what puts it back if it is gone. */
  | {
      readonly wanted: 'as-is';
      readonly state: 'blocked' | undefined;
      readonly reason: string;
      readonly remedy: string;
    };

type Question = (offer: Offer, held: InForce | undefined, input: DecideInput) => Want | undefined;

/** Asked in this order; the first that answers decides. */
const questions: readonly Question[] = [
  isBlocked,
  isWithdrawn,
  isExpired,
  fitsThisServer,
  isFresh,
  isAutomatic,
  mayBeObserved,
  isApproved,
];

/** Decides whether `offer` should be in force. */
export function want(offer: Offer, held: InForce | undefined, input: DecideInput): Want {
  for (const question of questions) {
    const answer = question(offer, held, input);
    if (answer) return answer;
  }
  return { wanted: true, offer, mode: modeFor(offer, input), because: fitting(offer, input) };
}

function modeFor(offer: Offer, input: DecideInput): 'enforce' | 'observe' {
  const heartbeat = offer.mitigation.actions.every((action) => action.kind === 'none');
  return offer.origin !== 'manual' && input.policy.mode === 'observe' && !heartbeat ? 'observe' : 'enforce';
}

function isBlocked(offer: Offer, held: InForce | undefined, input: DecideInput): Want | undefined {
  const block = input.policy.blocked.get(offer.mitigation.id);
  if (!block) return undefined;
  const reason = `by ${block.by}${block.level === 'organisation' ? ' for the organisation' : ''}: ${block.reason}`;
  if (held && block.keep)
    return {
      wanted: 'as-is',
      state: 'blocked',
      reason: `${reason}; left in force as asked`,
      remedy: `put it back with: stopgap unblock ${offer.mitigation.id}`,
    };
  return { wanted: false, state: 'blocked', reason, remove: true };
}

function isWithdrawn(offer: Offer): Want | undefined {
  const { withdrawn } = offer.mitigation;
  if (withdrawn === undefined) return undefined;
  return { wanted: false, state: 'not-applicable', reason: `withdrawn by its publisher: ${withdrawn}`, remove: true };
}

function isExpired(offer: Offer, held: InForce | undefined, input: DecideInput): Want | undefined {
  const { expires } = offer.mitigation;
  if (input.now < expires.at) return undefined;
  const on = new Date(expires.at).toISOString().slice(0, 10);
  if (held && expires.then === 'keep' && !changedFeed(offer, held)) {
    // Until the fix is in.
    const reason = `expired on ${on}; its publisher says to keep it: look for the fix`;
    return fitsThisServer(offer, held, input) ?? keeping(held, { reason });
  }
  return { wanted: false, state: 'not-applicable', reason: `expired on ${on}`, remove: true };
}

function fitsThisServer(offer: Offer, held: InForce | undefined, input: DecideInput): Want | undefined {
  const judgement = judge(offer.mitigation, input.inventory.products);
  if (judgement.verdict === 'applies') return undefined;
  const troubled = offer.mitigation.applicability
    .map(({ product }) => ({ product, problem: input.inventory.problems.get(product) }))
    .find(({ problem }) => problem !== undefined);
  if (judgement.verdict === 'unknown-build' || (judgement.verdict === 'absent' && troubled)) {
    const reason = troubled ? `cannot tell whether it applies: ${troubled.problem}` : judgement.reason;
    if (held)
      return {
        wanted: 'as-is',
        state: undefined,
        reason: `${reason}; left in force meanwhile`,
        remedy: 'correct what says which build is here',
      };
    return { wanted: false, state: 'prerequisite-missing', reason, remove: false };
  }
  return { wanted: false, state: 'not-applicable', reason: judgement.reason, remove: true };
}

/** From a feed that is too stale nothing new comes; what is in force stays, and is repaired and proven as ever. */
function isFresh(offer: Offer, held: InForce | undefined, input: DecideInput): Want | undefined {
  if (offer.origin === 'manual' || offer.freshUntil === undefined) return undefined;
  const days = staleDays(offer.freshUntil, input.now);
  if (days <= input.policy.stale.stopAfterDays) return undefined;
  if (held?.mitigation.revision === offer.mitigation.revision) return undefined;
  const reason = `feed ${offer.source} is stale by ${daysText(days)}, and policy takes nothing new beyond ${daysText(input.policy.stale.stopAfterDays)}`;
  if (held) return { wanted: true, offer: held, mode: modeFor(held, input), because: reason };
  const remedy = `see "stopgap connectivity", or bring a newer bundle with: stopgap check --bundle FILE`;
  return { wanted: false, state: 'pending', reason: `${reason}; ${remedy}`, remove: false };
}

function isAutomatic(offer: Offer, held: InForce | undefined, input: DecideInput): Want | undefined {
  const { automatic } = input.policy;
  if (automatic.on || offer.origin === 'manual') return undefined;
  const remedy = byHand(offer);
  if (held) return { wanted: 'as-is', state: undefined, reason: `${automatic.reason}; what is in force stays`, remedy };
  return { wanted: false, state: 'pending', reason: `${automatic.reason}; ${remedy}`, remove: false };
}

/** A rule can be watched without being enforced; a stopped service cannot. */
function mayBeObserved(offer: Offer, held: InForce | undefined, input: DecideInput): Want | undefined {
  if (modeFor(offer, input) !== 'observe') return undefined;
  const other = offer.mitigation.actions.find((action) => action.kind === 'service' || action.kind === 'appPool');
  if (!other) return undefined;
  const reason = `policy is to observe, and stopping ${other.kind === 'service' ? 'a service' : 'an app pool'} cannot be observed`;
  const remedy = byHand(offer);
  if (held) return { wanted: 'as-is', state: undefined, reason: `${reason}; left in force`, remedy };
  return {
    wanted: false,
    state: 'pending',
    reason: `${reason}; ${remedy}`,
    remove: false,
  };
}

function isApproved(offer: Offer, held: InForce | undefined, input: DecideInput): Want | undefined {
  if (input.policy.mode !== 'approve' || offer.origin === 'manual') return undefined;
  const { id, revision, actions } = offer.mitigation;
  const inForce = held?.mitigation.revision === revision && (held.origin === 'manual' || held.source === offer.source);
  if (inForce || actions.every((action) => action.kind === 'none')) return undefined;
  if (
    input.policy.approved.some(
      (one) => one.id === id && one.revision === revision && (one.source ?? offer.source) === offer.source,
    )
  )
    return undefined;
  const reason = `revision ${revision} awaits approval: stopgap approve ${id}`;
  if (held && !changedFeed(offer, held))
    return keeping(held, {
      state: 'pending',
      reason: `${reason}; revision ${held.mitigation.revision} stays in force`,
    });
  return { wanted: false, state: 'pending', reason, remove: false };
}

function byHand({ mitigation }: Offer): string {
  return `apply it by hand with: stopgap apply ${mitigation.id}`;
}

/** Its feed has given it up and another one offers it: that one's revisions have nothing to do with those before. */
export function changedFeed(offer: Offer, held: InForce): boolean {
  return held.origin === 'feed' && offer.origin === 'feed' && offer.source !== held.source;
}

/** Stays in force as it is, in its own revision and mode, and is repaired and proven as ever. */
function keeping(held: InForce, told: Told): Want {
  return { wanted: true, offer: held, mode: held.mode, because: told.reason, told };
}

function fitting(offer: Offer, input: DecideInput): string {
  return judge(offer.mitigation, input.inventory.products).reason;
}
