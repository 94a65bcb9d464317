import { isReady, type SurveyedHost, wantedOn } from '../apply/wanted.ts';
import type { Offer } from '../decide/input.ts';
import { AgentError } from '../errors.ts';
import type { Finding, HeldAction } from '../host.ts';
import { type ClaimedThing, emptyCopy, type JournalCopy } from '../journal/copy.ts';
import type { Held } from '../journal/records.ts';
import { type Asking, offersFromSources } from './offers.ts';
import type { Parts } from './parts.ts';

/**
 * A journal that is new learns what is in force before anything is done: from the copy beside the lost one, else from what
 * stands on the hosts, read against what the feeds offer. Answers whether there was anything to learn. Throws `journal-lost`
 * where something of ours stands and no feed can say what it is: it is left as it is until one can.
 */
export async function rebuildJournal(
  parts: Parts,
  hosts: readonly SurveyedHost[],
  asking: Asking,
  byHand: readonly Offer[],
): Promise<boolean> {
  const { journal, log } = parts;
  const why = journal.toRebuild;
  if (why === undefined) return false;
  const copy = journal.readCopy();
  const found = copy ?? (await findOnHosts(parts, hosts, asking, byHand));
  journal.restore(found);
  if (found.held.length === 0 && found.open.length === 0 && !why.includes('damaged')) return true;
  const from = copy ? 'its copy' : 'what stands on the hosts and the feeds offer';
  const names = found.held.map(({ mitigation }) => mitigation).join(', ') || 'nothing';
  const detail = `the journal was rebuilt from ${from}, as ${why}; in force: ${names}; the audit trail begins anew`;
  log.warn(detail);
  journal.record({ at: parts.clock.now(), actor: 'stopgap', event: 'rebuilt', detail });
  return true;
}

type Mode = HeldAction['mode'];

async function findOnHosts(
  parts: Parts,
  hosts: readonly SurveyedHost[],
  asking: Asking,
  byHand: readonly Offer[],
): Promise<JournalCopy> {
  const ready = hosts.filter(isReady);
  const standing = (await Promise.all(ready.map(({ host }) => host.plan([], new Map())))).some(
    ({ changes }) => changes.length > 0,
  );
  const offered = await offersFromSources(parts, asking);
  const ids = new Set(byHand.map(({ mitigation }) => mitigation.id));
  const offers = [...offered.offers.filter(({ mitigation }) => !ids.has(mitigation.id)), ...byHand];
  const silent = parts.sources.find((source) => source.last() === undefined);
  if (standing && silent) {
    throw new AgentError(
      'journal-lost',
      `the journal and its copy are lost, something of ours stands on this server, and the feed "${silent.name}" cannot be asked what it is; it is left as it is until the feed answers`,
    );
  }
  const held = new Map<string, Held>();
  const things = new Map<string, ClaimedThing>();
  for (const mode of ['enforce', 'observe'] as const) {
    for (const one of await standingOffers(ready, offers, mode)) {
      if (held.has(one.offer.mitigation.id)) continue;
      held.set(one.offer.mitigation.id, rowOf(parts, one.offer, mode));
      for (const claim of one.claims) note(things, claim, one.offer.mitigation.id, parts.clock.now());
    }
  }
  return { ...emptyCopy, held: [...held.values()], things: [...things.values()] };
}

interface Claim {
  readonly host: string;
  readonly thing: string;
  readonly state: string;
}

/** Offers of which every action stands on each host whose business it is, and at least one of them is ours. */
async function standingOffers(
  hosts: readonly SurveyedHost[],
  offers: readonly Offer[],
  mode: Mode,
): Promise<readonly { readonly offer: Offer; readonly claims: readonly Claim[] }[]> {
  const seen = new Map<string, { findings: Finding[]; claims: Claim[] }>();
  for (const surveyed of hosts) {
    const wanted = wantedOn(
      surveyed,
      offers.map((offer) => ({ mitigation: offer.mitigation, mode })),
    );
    const { findings } = await surveyed.host.plan(wanted, new Map());
    for (const [index, finding] of findings.entries()) {
      const id = wanted[index]?.mitigation ?? '';
      const known = seen.get(id) ?? { findings: [], claims: [] };
      known.findings.push(finding);
      if (finding.claims) known.claims.push({ host: surveyed.host.name, ...finding.claims });
      seen.set(id, known);
    }
  }
  return offers.flatMap((offer) => {
    const { findings = [], claims = [] } = seen.get(offer.mitigation.id) ?? {};
    const ours = findings.some(({ presence }) => presence === 'in-place' || presence === 'drifted');
    const whole = findings.every(({ presence }) => presence !== 'absent' && presence !== 'conflict');
    return ours && whole ? [{ offer, claims }] : [];
  });
}

/** Never proven: the next thing done to it is a proof. */
function rowOf({ clock }: Parts, { mitigation, source, origin, document }: Offer, mode: Mode): Held {
  return {
    mitigation: mitigation.id,
    revision: mitigation.revision,
    source,
    origin,
    mode,
    document,
    since: clock.now(),
    state: mode === 'observe' ? 'observing' : 'applied',
    reason: 'found on this server when the journal was rebuilt',
    proven: undefined,
  };
}

function note(things: Map<string, ClaimedThing>, { host, thing, state }: Claim, claimant: string, since: number): void {
  const key = `${host}\n${thing}`;
  const known = things.get(key);
  const claimants = [...(known?.claimants ?? []), claimant];
  things.set(key, { host, thing, before: known?.before ?? state, since, claimants });
}
