import { type Clock, type Files, systemClock, systemFiles } from '@stopgap/machine';
import type { Metadata, Root, Snapshot, Targets, Timestamp } from '@tufjs/models';
import { isLogName } from '../log/index.ts';
import { type FeedLayout, feedLayout } from './layout.ts';
import { signedBytes } from './metadata.ts';
import { gather } from './proposal/gather.ts';
import { followedBy } from './proposal/pending.ts';
import type { Proposal } from './proposal/proposal.ts';
import { type PartReview, reviewProposal } from './proposal/review.ts';
import { keptSignatures, pendingProposals } from './proposal/store.ts';
import { type Published, readPublished } from './repository.ts';
import { type FeedSettings, readSettings } from './settings.ts';
import { readStaged } from './stage.ts';
import { verifies } from './verify-signature.ts';

/** A holder's key in a role. */
export interface HolderState {
  readonly holder: string;
  readonly keyId: string;
  /** Whether what is out now bears its signature. */
  readonly signed: boolean;
}

/** A role as it is out now. Times in ms since the epoch. */
export interface RoleState {
  readonly role: string;
  readonly version: number;
  readonly threshold: number;
  readonly holders: readonly HolderState[];
  readonly expiresAt: number;
  /** From when on it should be signed anew. */
  readonly dueAt: number;
  readonly due: 'no' | 'soon' | 'expired';
  /** Documents that it lists, its log left out; `undefined` for roles that list none. */
  readonly documents: number | undefined;
}

/** A proposal that awaits signatures. */
export interface ProposalState {
  readonly id: string;
  readonly made: number;
  /** The feed has changed since: it cannot be published any more. */
  readonly stale: boolean;
  readonly roles: readonly string[];
  readonly needs: readonly {
    readonly role: string;
    readonly why: string;
    readonly optional: boolean;
    readonly threshold: number;
    readonly signed: readonly string[];
    readonly missing: readonly string[];
  }[];
}

/** All that a publisher should know of their feed. */
export interface FeedStatus {
  readonly name: string;
  readonly rootVersion: number;
  /** SHA-256 of the root that servers are enrolled with. */
  readonly rootSha256: string;
  readonly roles: readonly RoleState[];
  readonly proposals: readonly ProposalState[];
  readonly staged: { readonly add: readonly string[]; readonly remove: readonly string[] };
}

const day = 86_400_000;

/**
 * Days before expiry at which a role is due: time enough to gather signatures for what people sign; for what is signed
 * online, time enough to notice that the daily renewal has stopped.
 */
const dueDays: ReadonlyMap<string, number> = new Map([
  ['root', 60],
  ['snapshot', 20],
  ['timestamp', 4],
]);
const dueDaysOfTargets = 30;

/** Who signed what, what runs out when, what awaits whose signature. Changes nothing, needs no key. Throws `feed-missing`, `feed-damaged`. */
export function feedStatus(folder: string, files: Files = systemFiles, clock: Clock = systemClock): FeedStatus {
  const layout = feedLayout(folder);
  const settings = readSettings(layout, files);
  const published = settings.root.version === 0 ? undefined : readPublished(layout, files, settings);
  const staged = readStaged(layout, files);
  return {
    name: settings.name,
    rootVersion: published?.root.metadata.signed.version ?? 0,
    rootSha256: settings.root.sha256,
    roles: published ? rolesOf(published, settings, clock.now()) : [],
    proposals: proposalsOf(layout, files, published, clock.now()),
    staged: { add: [...staged.add.keys()], remove: staged.remove },
  };
}

function rolesOf(published: Published, settings: FeedSettings, now: number): readonly RoleState[] {
  const { root, targets, snapshot, timestamp, roles } = published;
  const names = new Map(settings.holders.map(({ holder, keyId }) => [keyId, holder]));
  const one = (role: string, metadata: AnyRole, by: Metadata<Root> | Metadata<Targets>) => {
    return roleState(role, metadata, by, names, now);
  };
  return [
    one('root', root.metadata, root.metadata),
    one('targets', targets.metadata, root.metadata),
    ...[...roles]
      .filter(([role]) => role !== 'targets')
      .map(([role, { metadata }]) => one(role, metadata, targets.metadata)),
    one('snapshot', snapshot, root.metadata),
    one('timestamp', timestamp, root.metadata),
  ];
}

type AnyRole = Metadata<Root> | Metadata<Targets> | Metadata<Snapshot> | Metadata<Timestamp>;

function roleState(
  role: string,
  metadata: AnyRole,
  { signed: by }: Metadata<Root> | Metadata<Targets>,
  names: ReadonlyMap<string, string>,
  now: number,
): RoleState {
  const found = 'keys' in by ? by.roles[role] : by.delegations?.roles?.[role];
  const keys = 'keys' in by ? by.keys : (by.delegations?.keys ?? {});
  const bytes = signedBytes(metadata);
  const holders = (found?.keyIDs ?? []).map((keyId) => {
    const key = keys[keyId];
    const signature = Buffer.from(metadata.signatures[keyId]?.sig ?? '', 'hex');
    const signed = key !== undefined && verifies(key, bytes, signature);
    return { holder: names.get(keyId) ?? keyId.slice(0, 8), keyId, signed };
  });
  const expiresAt = Date.parse(metadata.signed.expires);
  const dueAt = expiresAt - (dueDays.get(role) ?? dueDaysOfTargets) * day;
  const documents = 'targets' in metadata.signed ? Object.keys(metadata.signed.targets) : undefined;
  return {
    role,
    version: metadata.signed.version,
    threshold: found?.threshold ?? 0,
    holders,
    expiresAt,
    dueAt,
    due: expiresAt <= now ? 'expired' : dueAt <= now ? 'soon' : 'no',
    documents: documents?.filter((name) => !isLogName(name)).length,
  };
}

function proposalsOf(
  layout: FeedLayout,
  files: Files,
  published: Published | undefined,
  now: number,
): readonly ProposalState[] {
  return pendingProposals(layout, files).map(({ id, proposal }) => {
    const signatures = keptSignatures(layout, files, id).flatMap((file) => file.signatures);
    const stale = followedBy(proposal, published) === undefined;
    const parts = gather(reviewOrNothing(proposal, now), signatures);
    const nameOf = (keyId: string) => proposal.names.get(keyId) ?? keyId.slice(0, 8);
    return {
      id,
      made: proposal.made,
      stale: stale || parts.length === 0,
      roles: proposal.parts.map(({ role }) => role),
      needs: parts.flatMap(({ review, needs }) =>
        needs.map(({ need, signed, absent }) => ({
          role: review.role,
          why: need.why,
          optional: need.optional,
          threshold: need.threshold,
          signed: signed.map(nameOf),
          missing: absent.map(nameOf),
        })),
      ),
    };
  });
}

/** Nothing for a proposal that cannot be signed any more, because what it proposes has expired. */
function reviewOrNothing(proposal: Proposal, now: number): readonly PartReview[] {
  try {
    return reviewProposal(proposal, now);
  } catch {
    return [];
  }
}
