import type { Metadata, Root, Targets } from '@tufjs/models';
import { isLogName, type LoggedEntry } from '../../log/index.ts';
import { invalidProposal, type Proposal } from './proposal.ts';
import { type DocumentChange, documentChanges, logEntriesOf } from './review-documents.ts';
import { type Need, needsOf } from './review-needs.ts';
import { type ParsedParts, parseParts } from './review-parse.ts';
import { delegationChanges, rootChanges } from './review-roles.ts';

/** What one part of a proposal says, worked out from its bytes. */
export interface PartReview {
  readonly role: string;
  readonly version: number;
  /** Version that is out now; 0: none. */
  readonly before: number;
  /** When the signatures run out, ms since the epoch. */
  readonly expiresAt: number;
  /** The bytes to be signed. */
  readonly signed: Buffer;
  readonly metadata: Metadata<Root> | Metadata<Targets>;
  readonly documents: readonly DocumentChange[];
  /** Changes of keys, thresholds and delegations, in sentences. */
  readonly roles: readonly string[];
  /** Ids of keys that it names and what is out now does not: to be compared with what their holders read out. */
  readonly newKeys: readonly string[];
  /** The entry that it adds to the role's log. */
  readonly logged: LoggedEntry | undefined;
  readonly needs: readonly Need[];
}

/**
 * Reads what a proposal says from the bytes that are to be signed, and checks that it fits what is out now: the metadata
 * before is signed as its root asks for, versions rise, nothing has expired at `now`, every new document is there, the log
 * goes on and says what is done. Pure. Throws `proposal-invalid`.
 */
export function reviewProposal(proposal: Proposal, now: number, place = 'the proposal'): readonly PartReview[] {
  try {
    const parsed = parseParts(proposal);
    return proposal.parts.map((part) => reviewPart(proposal, parsed, part.role, now));
  } catch (error) {
    throw invalidProposal(place, error instanceof Error ? error.message : String(error), error);
  }
}

function reviewPart(proposal: Proposal, parsed: ParsedParts, role: string, now: number): PartReview {
  const signed = proposal.parts.find((part) => part.role === role)?.signed ?? Buffer.alloc(0);
  const next = role === 'root' ? parsed.newRoot : parsed.newRoles.get(role);
  const before = role === 'root' ? parsed.root : parsed.roles.get(role);
  if (!next) throw new Error(`${role} is not among its parts`);
  const { version, expires } = next.signed;
  const old = before?.signed.version ?? 0;
  if (role === 'root' ? version !== old + 1 : version <= old) {
    throw new Error(`${role} would go from version ${old} to ${version}`);
  }
  if (!(Date.parse(expires) > now)) throw new Error(`${role} expires at ${expires}, which is over`);
  const common = {
    role,
    version,
    before: old,
    expiresAt: Date.parse(expires),
    signed,
    newKeys: newKeys(before, next),
    needs: needsOf(parsed, role),
  };
  if (role === 'root') {
    const roles = parsed.newRoot ? rootChanges(parsed.root?.signed, parsed.newRoot.signed, proposal.names) : [];
    return { ...common, metadata: next, documents: [], roles, logged: undefined };
  }
  return { ...common, metadata: next, ...reviewTargets(proposal, parsed, role) };
}

function reviewTargets(proposal: Proposal, parsed: ParsedParts, role: string) {
  const [next, before] = [parsed.newRoles.get(role)?.signed, parsed.roles.get(role)?.signed];
  if (!next) throw new Error(`${role} is not among its parts`);
  const all = documentChanges(before, next, proposal.documents);
  const logged = logEntriesOf(role, before, next, proposal.documents);
  return {
    documents: all.filter(({ name }) => !isLogName(name)),
    roles: delegationChanges(before, next, proposal.names),
    logged,
  };
}

function newKeys(before: Metadata<Root> | Metadata<Targets> | undefined, next: Metadata<Root> | Metadata<Targets>) {
  const known = new Set(before ? keysIn(before) : []);
  return keysIn(next).filter((id) => !known.has(id));
}

function keysIn({ signed }: Metadata<Root> | Metadata<Targets>): readonly string[] {
  return Object.keys('keys' in signed ? signed.keys : (signed.delegations?.keys ?? {}));
}
