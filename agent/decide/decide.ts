import type { MitigationState } from '../state.ts';
import type { ActionView, DecideInput, InForce, Offer } from './input.ts';
import { changedFeed, type Told, type Want, want } from './want.ts';

/** What is to be done about one mitigation now. */
export type Decision = {
  readonly id: string;
  readonly revision: number;
  readonly title: string;
  /** Kinds of its actions, for people. */
  readonly kinds: string;
  readonly source: string;
  readonly reason: string;
} & (
  | {
      readonly step: 'apply' | 'repair' | 'prove';
      readonly offer: Offer;
      readonly mode: 'enforce' | 'observe';
      /** What of the admin's own has the same effect already, and is used instead of ours. */
      readonly adopts: string | undefined;
      readonly told?: Told;
    }
  | { readonly step: 'remove'; readonly state: MitigationState; readonly held: InForce }
  /** Nothing to do; `state` is what it is in. */
  | { readonly step: 'none'; readonly state: MitigationState; readonly inForce: boolean }
);

/** What is to be done about every mitigation, in the order to do it: first what comes off, then what goes on. */
export interface Plan {
  readonly decisions: readonly Decision[];
}

/**
 * The one decision function: the CLI's `plan`, the service and the tests all call it. Pure and total: every mitigation
 * that is offered or in force gets exactly one decision, with a reason that a person can act on.
 */
export function decide(input: DecideInput): Plan {
  const decisions = pairs(input).map(({ offer, held }) => one(offer, held, input));
  const rank = { remove: 0, repair: 1, apply: 2, prove: 3, none: 4 } as const;
  return { decisions: decisions.sort((a, b) => rank[a.step] - rank[b.step] || (a.id < b.id ? -1 : 1)) };
}

interface Pair {
  readonly offer: Offer | undefined;
  readonly held: InForce | undefined;
}

/** Each id once, with the offer and what is in force of it. Also used to know what to observe. */
export function pairs(input: Pick<DecideInput, 'offers' | 'inForce'>): readonly Pair[] {
  const byId = new Map<string, Pair>();
  for (const held of input.inForce) {
    const stays = held.origin === 'manual' || input.offers.some((offer) => offer.mitigation.id === held.mitigation.id);
    byId.set(held.mitigation.id, { offer: stays ? held : undefined, held });
  }
  for (const offer of input.offers) {
    const { id, revision } = offer.mitigation;
    const known = byId.get(id);
    if (known?.held && changedFeed(offer, known.held)) {
      byId.set(id, { offer, held: known.held });
      continue;
    }
    if (known?.offer && known.offer.mitigation.revision > revision) continue;
    if (known?.held && known.held.mitigation.revision > revision) continue;
    const sameByHand = known?.held?.origin === 'manual' && known.held.mitigation.revision === revision;
    const manual = offer.origin === 'manual' || sameByHand;
    byId.set(id, { offer: { ...offer, origin: manual ? 'manual' : 'feed' }, held: known?.held });
  }
  return [...byId.values()];
}

function one(offer: Offer | undefined, held: InForce | undefined, input: DecideInput): Decision {
  if (!offer) {
    if (!held) throw new Error('decide: neither offered nor in force');
    return removal(held, 'removed', 'no longer in its feed');
  }
  const wanted = want(offer, held, input);
  if (wanted.wanted === true) return held ? keep(held, wanted, input) : take(offer, wanted, input);
  return refuse(offer, held, wanted, input);
}

function refuse(
  offer: Offer,
  held: InForce | undefined,
  wanted: Exclude<Want, { wanted: true }>,
  input: DecideInput,
): Decision {
  if (held && changedFeed(offer, held)) {
    const reason = `no longer in feed ${held.source}; in feed ${offer.source}: ${wanted.reason}`;
    return removal(held, 'removed', reason);
  }
  if (wanted.wanted === 'as-is') {
    const about = { ...describe(held ?? offer), step: 'none', inForce: held !== undefined } as const;
    const gone = held && missing(input.observed.get(held.mitigation.id) ?? []);
    if (gone === undefined) return { ...about, state: wanted.state ?? held?.state ?? 'pending', reason: wanted.reason };
    const reason = `${wanted.reason}, but it does not stand as it should (${gone}), and is not put back; ${wanted.remedy}`;
    return { ...about, state: wanted.state ?? 'pending', reason };
  }
  if (held && wanted.remove) return removal(held, wanted.state === 'blocked' ? 'blocked' : 'removed', wanted.reason);
  const before = input.removedBefore.get(offer.mitigation.id);
  const state = wanted.state === 'not-applicable' && before !== undefined ? 'removed' : wanted.state;
  return { ...describe(offer), step: 'none', state, reason: wanted.reason, inForce: held !== undefined };
}

/** Takes off what is in force; `state` is what it is in afterwards. */
export function removal(held: InForce, state: MitigationState, reason: string): Decision {
  return { ...describe(held), step: 'remove', state, reason, held };
}

/** Not in force, and should be. */
function take(offer: Offer, wanted: Extract<Want, { wanted: true }>, input: DecideInput): Decision {
  const views = input.observed.get(offer.mitigation.id) ?? [];
  const hindrance = hindered(offer, views) ?? resting(offer, input);
  if (hindrance) return { ...describe(offer), step: 'none', ...hindrance, inForce: false };
  return {
    ...describe(offer),
    step: 'apply',
    offer,
    mode: wanted.mode,
    adopts: adopted(views),
    reason: wanted.because,
  };
}

/** In force, and should be: update, repair, prove again, or nothing. */
function keep(held: InForce, wanted: Extract<Want, { wanted: true }>, input: DecideInput): Decision {
  const { offer, mode, because, told } = wanted;
  const also = told === undefined ? {} : { told };
  const views = input.observed.get(offer.mitigation.id) ?? [];
  const hindrance = hindered(offer, views);
  if (hindrance) return { ...describe(held), step: 'none', ...hindrance, inForce: true };
  if (changedFeed(offer, held) || offer.mitigation.revision > held.mitigation.revision || mode !== held.mode) {
    const rest = resting(offer, input);
    if (rest) return { ...describe(offer), step: 'none', ...rest, inForce: true };
    return { ...describe(offer), step: 'apply', offer, mode, adopts: adopted(views), reason: because };
  }
  const reason = missing(views);
  if (reason !== undefined)
    return { ...describe(held), step: 'repair', offer: held, mode, adopts: adopted(views), reason, ...also };
  if (held.proven === undefined || held.proven + input.proveEvery <= input.now || held.proven > input.now) {
    return {
      ...describe(held),
      step: 'prove',
      offer: held,
      mode,
      adopts: adopted(views),
      reason: 'the proof is due again',
      ...also,
    };
  }
  return { ...describe(held), step: 'none', ...telling(held, told), inForce: true };
}

/** What `status` says of something in force. */
export function telling(
  held: Pick<InForce, 'state' | 'reason'>,
  told: Told | undefined,
): { readonly state: MitigationState; readonly reason: string } {
  if (told?.state !== undefined) return { state: told.state, reason: told.reason };
  return { state: held.state, reason: told === undefined ? held.reason : `${told.reason}; ${held.reason}` };
}

/** What of it is not there, or not as we made it. */
function missing(views: readonly ActionView[]): string | undefined {
  const off = views.find(({ finding }) => finding?.presence === 'absent' || finding?.presence === 'drifted');
  return off && `${off.host}: ${off.finding?.detail ?? 'not there any more'}`;
}

function adopted(views: readonly ActionView[]): string | undefined {
  const view = views.find(({ finding }) => finding?.presence === 'adopted');
  return view && `${view.host}: ${view.finding?.detail}`;
}

/** What on the server stands in the way: all actions on every host whose business they are, or none. */
function hindered(offer: Offer, views: readonly ActionView[]): { state: MitigationState; reason: string } | undefined {
  for (const [index, action] of offer.mitigation.actions.entries()) {
    if (action.kind === 'none') continue;
    const mine = views.filter((view) => view.index === index);
    if (mine.length === 0) {
      return { state: 'unsupported', reason: `no configured host can carry out its ${action.kind} action` };
    }
    for (const view of mine) {
      if (!view.acceptance.accepted)
        return { state: view.acceptance.state, reason: `${view.host}: ${view.acceptance.reason}` };
      if (view.finding?.presence === 'conflict')
        return { state: 'conflict', reason: `${view.host}: ${view.finding.detail}` };
    }
  }
  return undefined;
}

/** Milliseconds; as in `retryAfter`. */
const longestRest = 3_600_000;

/** A failed attempt rests for a while, unless somebody asks or the revision is new. */
function resting(offer: Offer, input: DecideInput): { state: MitigationState; reason: string } | undefined {
  const failed = input.attempts.get(offer.mitigation.id);
  if (!failed || failed.revision !== offer.mitigation.revision) return undefined;
  // No attempt rests longer than `retryAfter` has it; what seems to was written before the clock was set back.
  if (failed.nextTry - input.now > longestRest) return undefined;
  if (input.now >= failed.nextTry || input.retryNow.has(offer.mitigation.id)) return undefined;
  return { state: 'failed', reason: failed.reason };
}

function describe({ mitigation, source }: Offer): Pick<Decision, 'id' | 'revision' | 'title' | 'kinds' | 'source'> {
  return {
    id: mitigation.id,
    revision: mitigation.revision,
    title: mitigation.title,
    kinds: [...new Set(mitigation.actions.map((action) => action.kind))].join(', '),
    source,
  };
}
