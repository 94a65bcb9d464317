import type { Mitigation } from '@stopgap/mitigation';
import type { Offer } from '../decide/input.ts';
import type { MitigationState } from '../state.ts';

/** A document that is verified and not taken, with the reason. Shown in `status`; nothing of it is applied. */
export interface Refused {
  /** The document's name in its feed. */
  readonly name: string;
  readonly source: string;
  /** The id it claims, where that could be read. */
  readonly id: string | undefined;
  readonly title: string;
  readonly revision: number;
  readonly kinds: string;
  readonly state: Extract<MitigationState, 'unsupported' | 'blocked' | 'conflict'>;
  readonly reason: string;
  /** It could not be read for a reason of this machine's own (no process could be started), which says nothing about it. */
  readonly untold?: true;
}

/** An offer with the name of its document, and with whose word goes first in its feed (`SourceDocument.rank`). */
export interface NamedOffer extends Offer {
  readonly name: string;
  readonly rank: number;
}

/** What one source says, read. */
export interface SourceSays {
  readonly name: string;
  /** Nothing was ever verified, or it cannot be read now: no conclusion may be drawn from what is not there. */
  readonly silent: boolean;
  readonly offers: readonly NamedOffer[];
  readonly refused: readonly Refused[];
}

/** A mitigation in force, as far as it matters here. */
export interface HeldBy {
  readonly id: string;
  readonly source: string;
  readonly origin: 'feed' | 'manual';
}

/** Which offers count. */
export interface Selection {
  readonly offers: readonly Offer[];
  readonly refused: readonly Refused[];
  /** In force, and to stay for now although their feed does not offer them in a form that can be read. */
  readonly keep: ReadonlySet<string>;
}

/**
 * One offer for each id. No feed overrides another's mitigation: what is in force from a feed only that feed may change,
 * for as long as it offers the id; otherwise the first in the order of `agent.json` has it. The other is shown as a
 * conflict, unless it is byte for byte the same document. Pure.
 */
export function select(says: readonly SourceSays[], held: readonly HeldBy[]): Selection {
  const owners = new Map(held.filter(({ origin }) => origin === 'feed').map(({ id, source }) => [id, source]));
  const keep = new Set(held.filter((one) => one.origin === 'feed' && cannotTell(one, says)).map(({ id }) => id));
  const refused = says.flatMap((source) => source.refused);
  const chosen = new Map<string, NamedOffer>();
  for (const source of says) {
    for (const offer of newest(source.offers, refused)) {
      const { id } = offer.mitigation;
      const before = chosen.get(id);
      const owner = owners.get(id);
      if (keep.has(id) && owner !== offer.source) refused.push(taken(offer, owner ?? ''));
      else if (!before) chosen.set(id, offer);
      else if (owner === offer.source) {
        chosen.set(id, offer);
        if (!same(before, offer)) refused.push(taken(before, offer.source));
      } else if (!same(before, offer)) refused.push(taken(offer, before.source));
    }
  }
  return { offers: [...chosen.values()].map(({ name: _name, rank: _rank, ...offer }) => offer), refused, keep };
}

/** Its own feed says nothing that can be read about it: silent, or in a form that this version does not know. */
function cannotTell({ id, source }: HeldBy, says: readonly SourceSays[]): boolean {
  const own = says.find(({ name }) => name === source);
  if (!own || own.offers.some((offer) => offer.mitigation.id === id)) return false;
  return own.silent || own.refused.some((one) => one.state === 'unsupported' && isAbout(one, id));
}

/** A document that could not be read has no id; most are named for it. */
function isAbout({ id, name }: Refused, wanted: string): boolean {
  return (id ?? (name.split('/').at(-1) ?? '').replace(/\.xml$/i, '')).toLowerCase() === wanted.toLowerCase();
}

/**
 * Of one feed's documents with one id: of whose word goes first, the highest revision. Others to whom the feed delegates cannot take an id
 * over by a higher one. Two that differ in the same revision are a conflict.
 */
function newest(offers: SourceSays['offers'], refused: Refused[]): readonly NamedOffer[] {
  const byId = new Map<string, NamedOffer>();
  for (const offer of [...offers].sort((one, other) => one.rank - other.rank)) {
    const before = byId.get(offer.mitigation.id);
    if (before && before.rank !== offer.rank) {
      if (!same(before, offer)) {
        const why = `${before.name} of the same feed has this id, and who signed that is heard first; its publisher has to correct that`;
        refused.push(about(offer, why));
      }
    } else if (!before || before.mitigation.revision < offer.mitigation.revision) byId.set(offer.mitigation.id, offer);
    else if (before.mitigation.revision === offer.mitigation.revision && !same(before, offer)) {
      refused.push(
        about(
          offer,
          `${before.name} of the same feed has this id and revision too, and is used; its publisher has to correct that`,
        ),
      );
    }
  }
  return [...byId.values()];
}

function taken(offer: NamedOffer, owner: string): Refused {
  return about(
    offer,
    `feed ${owner} offers a mitigation of this id too, and that one counts: no feed overrides another's; if this is the right one, take the id out of what feed ${owner} may say ("products" in agent.json), or ask its publisher`,
  );
}

function about({ mitigation, source, name }: NamedOffer, reason: string): Refused {
  return { ...described(mitigation), name, source, state: 'conflict', reason };
}

/** What `status` shows of a mitigation that is not taken. */
export function described(mitigation: Mitigation): Pick<Refused, 'id' | 'title' | 'revision' | 'kinds'> {
  return {
    id: mitigation.id,
    title: mitigation.title,
    revision: mitigation.revision,
    kinds: [...new Set(mitigation.actions.map(({ kind }) => kind))].join(', '),
  };
}

function same(a: Offer, b: Offer): boolean {
  return Buffer.compare(a.document, b.document) === 0;
}
