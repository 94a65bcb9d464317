import { type Holding, type SurveyedHost, wantedOn } from '../apply/wanted.ts';
import { type Decision, decide } from '../decide/decide.ts';
import type { InForce, Offer } from '../decide/input.ts';
import type { Change, RenderedPart } from '../host.ts';
import { spelled } from '../service/spelling.ts';
import { gather, surveyHosts } from './gather.ts';
import { readInForce } from './in-force.ts';
import { offersFromSources } from './offers.ts';
import type { Parts } from './parts.ts';

/** What a look would do now. */
export interface Preview {
  readonly decisions: readonly Decision[];
  /** All changes together, by host, in the order in which they would be made. */
  readonly changes: readonly Change[];
}

/** Decides as a look would, with what the feeds said last (asks them only where they have said nothing yet). Changes nothing. */
export async function preview(parts: Parts): Promise<Preview> {
  const hosts = await surveyHosts(parts);
  const offers = await knownOffers(parts);
  const input = await gather(parts, offers, hosts, new Set());
  const { decisions } = decide(input);
  const after = holdingsAfter(input.inForce, decisions);
  const plans = await Promise.all(
    hosts.map((surveyed) => surveyed.host.plan(wantedOn(surveyed, after), parts.journal.claims(surveyed.host.name))),
  );
  return { decisions, changes: plans.flatMap((plan) => plan.changes) };
}

function holdingsAfter(inForce: readonly InForce[], decisions: readonly Decision[]): readonly Holding[] {
  const after = new Map<string, Holding>(inForce.map((held) => [held.mitigation.id, held]));
  for (const decision of decisions) {
    if (decision.step === 'remove') after.delete(decision.id);
    if (decision.step === 'apply')
      after.set(decision.id, { mitigation: decision.offer.mitigation, mode: decision.mode });
  }
  return [...after.values()];
}

async function knownOffers(parts: Parts): Promise<readonly Offer[]> {
  const known = parts.sources.every((source) => source.last() !== undefined);
  return (await offersFromSources(parts, !known)).offers;
}

/** One mitigation as it would stand on each host whose business it is. */
export interface Shown {
  readonly offer: Offer;
  readonly inForce: InForce | undefined;
  readonly onHosts: readonly {
    readonly host: string;
    readonly accepted: boolean;
    /** Why not, or where the host is broader than IIS. */
    readonly notes: readonly string[];
    readonly parts: readonly RenderedPart[];
  }[];
}

/** Everything about one mitigation; `undefined` when no feed offers it and it is not in force. */
export async function showMitigation(parts: Parts, wanted: string): Promise<Shown | undefined> {
  const [held, offers] = [await readInForce(parts), await knownOffers(parts)];
  const id = spelled(
    wanted,
    [...offers, ...held].map(({ mitigation }) => mitigation.id),
  );
  const inForce = held.find((one) => one.mitigation.id === id);
  const offer = offers.find((one) => one.mitigation.id === id) ?? inForce;
  if (!offer) return undefined;
  const hosts = await surveyHosts(parts);
  return { offer, inForce, onHosts: hosts.flatMap((surveyed) => onHost(surveyed, offer)) };
}

function onHost({ host, survey }: SurveyedHost, { mitigation }: Offer): Shown['onHosts'] {
  return mitigation.actions.flatMap((action, index) => {
    if (!host.holds.includes(action.kind)) return [];
    const held = { mitigation: mitigation.id, revision: mitigation.revision, index, action, mode: 'enforce' as const };
    const acceptance = host.accepts(held, survey);
    const notes = acceptance.accepted ? acceptance.notes : [acceptance.reason];
    return [
      { host: host.name, accepted: acceptance.accepted, notes, parts: acceptance.accepted ? host.render(held) : [] },
    ];
  });
}
