import type { Metadata, Root, Targets } from '@tufjs/models';
import { FeedError } from '../../errors.ts';
import { logRestarts } from '../../roles.ts';
import { refuseForReaders, refuseWholeForReaders } from '../for-readers.ts';
import { signedBytes } from '../metadata.ts';
import { nextEdition, type Press } from '../release.ts';
import { type Published, readOlderRoots } from '../repository.ts';
import type { Staged } from '../stage.ts';
import { draftRole, type RoleDraft } from './draft-role.ts';
import {
  changePlan,
  type KeyChange,
  type KeyPlan,
  planOfDelegations,
  planOfRoot,
  type RolePlan,
  samePlan,
} from './key-plan.ts';
import { nextRoot } from './next-metadata.ts';
import type { Proposal, ProposedPart } from './proposal.ts';

/** What is to change; nothing is done yet. */
export interface Intent {
  /** Documents. */
  readonly staged?: Staged;
  /** Only documents of this role; what else is staged is left for another time. */
  readonly only?: string;
  /** Roles to be signed anew as they are, because they run out. */
  readonly renew?: readonly string[];
  readonly keys?: readonly KeyChange[];
  /** A role to delegate to, or to give other paths. */
  readonly delegate?: { readonly role: string; readonly plan: RolePlan };
  /** A role to delegate to no more; its documents go with it. */
  readonly undelegate?: string;
  /**
   * For a feed restored from an old copy: have readers forget the logs they saw, and sign every role anew, with versions above
   * what they saw.
   */
  readonly forgetLogs?: boolean;
  /** The first root's roles: for a new feed. */
  readonly first?: KeyPlan;
}

/** What drafting works with. */
export type Drafting = Pick<Press, 'layout' | 'files' | 'clock' | 'settings' | 'leastVersion'>;

/** A draft: the proposal, and the metadata that it would bring. `undefined`: nothing would change. */
export function draftProposal(at: Drafting, before: Published | undefined, intent: Intent): Proposal | undefined {
  const root = draftRoot(at, before, intent);
  const delegations = draftDelegations(before, intent);
  const known = ['targets', ...delegations.plan.keys()];
  refuseUnknown(intent.renew ?? [], ['root', ...known]);
  refuseUnknown(intent.only === undefined ? [] : [intent.only], known);
  const roles = draftRoles(at, before, intent, root, delegations);
  const parts: ProposedPart[] = [
    ...(root ? [{ role: 'root', signed: signedBytes(root) }] : []),
    ...roles.map(({ role, metadata }) => ({ role, signed: signedBytes(metadata) })),
  ];
  if (parts.length === 0) return undefined;
  refuseBeyondReaders(before, root, roles, delegations.plan);
  const changed = new Set(['targets', ...roles.map(({ role }) => role)]);
  return {
    feed: at.settings.name,
    made: at.clock.now(),
    names: new Map(at.settings.holders.map(({ holder, keyId }) => [keyId, holder])),
    root: before?.root.bytes,
    olderRoots: before ? readOlderRoots(at.layout, at.files, before.root.metadata.signed.version) : [],
    roles: new Map(
      [...(before?.roles ?? [])].filter(([role]) => changed.has(role)).map(([role, { bytes }]) => [role, bytes]),
    ),
    parts,
    documents: new Map(roles.flatMap(({ documents }) => [...documents])),
  };
}

/** All that would be new, and the whole that it would make. Throws `beyond-readers`. */
function refuseBeyondReaders(
  before: Published | undefined,
  root: Metadata<Root> | undefined,
  roles: readonly RoleDraft[],
  delegates: KeyPlan,
): void {
  if (root) refuseForReaders('root', root, Object.keys(root.signed.keys).length);
  const signers = (root ?? before?.root.metadata)?.signed.roles.targets?.keyIDs.length ?? 0;
  for (const { role, metadata } of roles) {
    refuseForReaders(role, metadata, role === 'targets' ? signers : (delegates.get(role)?.keys.length ?? 0));
  }
  const whole = new Map<string, Targets>();
  for (const name of ['targets', ...delegates.keys()]) {
    const one = roles.find(({ role }) => role === name)?.metadata ?? before?.roles.get(name)?.metadata;
    if (one) whole.set(name, one.signed);
  }
  refuseWholeForReaders(whole);
}

function draftRoot(at: Drafting, before: Published | undefined, intent: Intent): Metadata<Root> | undefined {
  const now = before?.root.metadata.signed;
  if (!now) return intent.first && nextRoot(editionOfRoot(at, 0), intent.first, 0);
  const plan = planOfRoot(now);
  const next = changePlan(plan, intent.keys ?? []);
  const wanted = intent.forgetLogs || intent.renew?.includes('root') || !samePlan(plan, next);
  if (!wanted) return undefined;
  return nextRoot(editionOfRoot(at, now.version), next, logRestarts(now) + (intent.forgetLogs ? 1 : 0));
}

function refuseUnknown(renew: readonly string[], known: readonly string[]): void {
  const unknown = renew.find((role) => !known.includes(role));
  if (unknown === undefined) return;
  const online = unknown === 'snapshot' || unknown === 'timestamp' ? '; it is signed online: stopgap feed renew' : '';
  throw new FeedError('roles-invalid', `${unknown} is no role that holders sign (${known.join(', ')})${online}`);
}

/** Roots are followed one by one, so no number may be left out, whatever `leastVersion` says. */
function editionOfRoot(at: Drafting, current: number) {
  return { version: current + 1, expiresAt: at.clock.now() + at.settings.expiryDays.root * 86_400_000 };
}

function draftDelegations(
  before: Published | undefined,
  intent: Intent,
): { readonly plan: KeyPlan; readonly changed: boolean } {
  const now = planOfDelegations(before?.targets.metadata.signed);
  const next = new Map(changePlan(now, intent.keys ?? []));
  const { delegate, undelegate } = intent;
  if (delegate) next.set(delegate.role, delegate.plan);
  if (undelegate !== undefined && !next.delete(undelegate)) {
    throw new FeedError(
      'roles-invalid',
      `there is no role ${undelegate} to take away; there are: ${[...now.keys()].join(', ') || 'none'}`,
    );
  }
  return { plan: next, changed: !samePlan(now, next) };
}

function draftRoles(
  at: Drafting,
  before: Published | undefined,
  intent: Intent,
  root: Metadata<Root> | undefined,
  delegations: ReturnType<typeof draftDelegations>,
): readonly RoleDraft[] {
  const drafts: RoleDraft[] = [];
  for (const role of ['targets', ...delegations.plan.keys()]) {
    const now = before?.roles.get(role);
    const plan: KeyPlan = role === 'targets' ? delegations.plan : new Map();
    const above = role === 'targets' ? root : drafts.find((one) => one.role === 'targets')?.metadata;
    const unsigned = above !== undefined && !satisfies(above, role, now?.metadata);
    const again = intent.forgetLogs || intent.renew?.includes(role);
    const wanted = again || unsigned || (role === 'targets' && delegations.changed);
    const draft = draftRole(
      { role, published: now?.metadata.signed, delegations: plan, all: before, delegates: delegations.plan },
      intent.only === undefined || intent.only === role ? intent.staged : undefined,
      () => nextEdition(at, role, now?.metadata.signed.version ?? 0),
      at,
    );
    if (wanted || now === undefined || draft.changes > 0) drafts.push(draft);
  }
  return drafts;
}

/** Whether what is out now would still be signed well enough under the keys to come. */
function satisfies(
  above: Metadata<Root> | Metadata<Targets>,
  role: string,
  now: Metadata<Targets> | undefined,
): boolean {
  try {
    if (!now) return false;
    above.verifyDelegate(role, now);
    return true;
  } catch {
    return false;
  }
}
