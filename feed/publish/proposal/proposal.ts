/**
 * A proposal: what the next version is to say, in one file that is carried to the holders of keys. It has the exact bytes to
 * be signed, and everything that is needed to see for oneself what they change: the metadata that is out now, and the
 * documents that are new. Nothing in it is believed: whoever signs works out from the bytes what they say (`review.ts`).
 */

import {
  type Decoder,
  decodeJson,
  listOf,
  MachineError,
  mapOf,
  object,
  oneOf,
  optional,
  text,
  whole,
} from '@stopgap/machine';
import { canonicalize } from '@tufjs/canonical-json';
import { sha256 } from '../../digest.ts';
import { FeedError } from '../../errors.ts';

/** One metadata file to be signed: its canonical bytes. */
export interface ProposedPart {
  /** `root`, `targets` or a delegated role. */
  readonly role: string;
  readonly signed: Buffer;
}

export interface Proposal {
  /** The feed's name, for people. */
  readonly feed: string;
  /** When it was made, ms since the epoch. */
  readonly made: number;
  /** Names of holders by key id: the publisher's word, shown beside the ids. */
  readonly names: ReadonlyMap<string, string>;
  /** The signed root that is out now; none for a new feed. */
  readonly root: Buffer | undefined;
  /** Every root before that one, from the first: whoever remembers any of them can follow from there. */
  readonly olderRoots: readonly Buffer[];
  /** The signed metadata that is out now: of targets, and of the roles that are changed. */
  readonly roles: ReadonlyMap<string, Buffer>;
  readonly parts: readonly ProposedPart[];
  /** By SHA-256: documents that are new, those whose place they take, and the logs. */
  readonly documents: ReadonlyMap<string, Buffer>;
}

/** A proposal file is at most this long: some hundred documents of the size that they usually have, or a few large ones. */
export const maxProposalBytes = 48 * 1024 * 1024;

const format = 'stopgap-proposal-1';

/** Names a proposal by what is to be signed: 16 hexadecimal digits. */
export function proposalId({ feed, parts }: Pick<Proposal, 'feed' | 'parts'>): string {
  const content = { feed, parts: parts.map(({ role, signed }) => ({ role, sha256: sha256(signed) })) };
  return sha256(Buffer.from(canonicalize(content))).slice(0, 16);
}

/** The file. */
export function proposalText(proposal: Proposal): string {
  const { feed, made, names, root, olderRoots, roles, parts, documents } = proposal;
  const value = {
    format,
    feed,
    made: new Date(made).toISOString(),
    parts: parts.map(({ role, signed }) => ({ role, signed: signed.toString('base64') })),
    names: Object.fromEntries(names),
    ...(root ? { root: root.toString('base64') } : {}),
    olderRoots: olderRoots.map((bytes) => bytes.toString('base64')),
    roles: Object.fromEntries([...roles].map(([role, bytes]) => [role, bytes.toString('base64')])),
    documents: [...documents.values()].map((bytes) => bytes.toString('base64')),
  };
  return `${JSON.stringify(value, undefined, 1)}\n`;
}

/** A role that a proposal may change; `snapshot` and `timestamp` are signed online and never proposed. */
const rolePattern = /^(?!snapshot$|timestamp$)[a-z0-9][a-z0-9-]{0,62}$/;

const base64: Decoder<Buffer> = (value, place) => {
  const bytes = Buffer.from(text(maxProposalBytes)(value, place), 'base64');
  if (bytes.toString('base64') === value) return bytes;
  throw new MachineError('invalid-json', `${place}: expected base64`);
};

const role: Decoder<string> = (value, place) => {
  const name = text(63)(value, place);
  if (rolePattern.test(name)) return name;
  throw new MachineError('invalid-json', `${place}: ${JSON.stringify(name)} is no role that people sign`);
};

const decoder = object({
  format: oneOf(format),
  feed: text(100),
  made: text(40),
  parts: listOf(object({ role, signed: base64 }), 40),
  names: mapOf(text(63), 400),
  root: optional(base64),
  olderRoots: listOf(base64, 1000),
  roles: mapOf(base64, 40),
  documents: listOf(base64, 5000),
});

/** Reads the file. Throws `proposal-invalid`. `place` names it in errors. */
export function readProposal(bytes: Uint8Array, place: string): Proposal {
  try {
    if (bytes.length > maxProposalBytes) throw new Error(`it has more than ${maxProposalBytes} bytes`);
    const value = decodeJson(Buffer.from(bytes).toString('utf8'), 'the proposal', decoder);
    const roles = new Set(value.parts.map((part) => part.role));
    if (roles.size !== value.parts.length || roles.size === 0) throw new Error('it changes nothing, or one role twice');
    const made = Date.parse(value.made);
    whole(0, 8_640_000_000_000_000)(made, 'made');
    return { ...value, made, documents: new Map(value.documents.map((document) => [sha256(document), document])) };
  } catch (error) {
    throw invalidProposal(place, error instanceof Error ? error.message : String(error), error);
  }
}

/** The error for a proposal that must not be signed or published. */
export function invalidProposal(place: string, reason: string, cause?: unknown): FeedError {
  return new FeedError('proposal-invalid', `${place} is no proposal to sign: ${reason}`, cause);
}
