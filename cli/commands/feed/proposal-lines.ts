import { createHash } from 'node:crypto';
import {
  type CheckFinding,
  type DocumentChange,
  fingerprint,
  type Need,
  nameOf,
  type PartReview,
  type Proposal,
} from '@stopgap/feed';
import { stamp } from '../../print/time.ts';
import { checkDocument } from './check-document.ts';
import { lintDocument } from './lint-document.ts';

/** What a proposal says, in lines for whoever signs it: worked out from the bytes to be signed, not from what it claims. */
export async function proposalLines(
  id: string,
  proposal: Proposal,
  review: readonly PartReview[],
): Promise<readonly string[]> {
  const parts = await Promise.all(review.map((part) => partLines(part, proposal)));
  const { root, olderRoots } = proposal;
  return [
    `proposal ${id} for the feed ${proposal.feed}, made ${stamp(proposal.made)}`,
    ...(root ? [`follows root version ${olderRoots.length + 1}, SHA-256 ${fingerprint(sha256(root))}`] : []),
    ...parts.flat(),
  ];
}

async function partLines(part: PartReview, { names }: Proposal): Promise<readonly string[]> {
  const { role, version, before, expiresAt, signed } = part;
  const documents = await Promise.all(part.documents.map(documentLines));
  return [
    '',
    `${role} version ${version}${before === 0 ? ', the first' : `, after ${before}`}; good until ${stamp(expiresAt)}`,
    ...part.roles.map((line) => `  ${line}`),
    ...part.newKeys.map((keyId) => `  new key: ${fingerprint(keyId)} of ${names.get(keyId) ?? 'somebody'}`),
    ...documents.flat(),
    ...(part.roles.length + part.documents.length > 0
      ? []
      : [before === 0 ? '  no documents yet' : '  says what it said, for longer']),
    ...part.needs.map((need) => `  ${needLine(need, names)}`),
    `  to be signed: ${signed.length} bytes, SHA-256 ${fingerprint(sha256(signed))}`,
  ];
}

/** Who must sign, and why. */
export function needLine({ threshold, keyIds, why, optional }: Need, names: ReadonlyMap<string, string>): string {
  const who = keyIds.map((keyId) => nameOf(keyId, names)).join(', ');
  const reason = why === 'as things are' ? '' : `, ${why}${optional ? ' (wanted, so that no server sees a gap)' : ''}`;
  return `signed by ${threshold} of ${who}${reason}`;
}

const marks = { added: '+', changed: '~', removed: '-' } as const;

async function documentLines({ kind, name, bytes, sha256: hash, before }: DocumentChange): Promise<readonly string[]> {
  if (!bytes || hash === undefined) return [`  - ${name}, which was SHA-256 ${(before ?? '').slice(0, 16)}`];
  const { mitigation } = await checkDocument(bytes);
  const what = mitigation
    ? `${mitigation.id} revision ${mitigation.revision}${mitigation.withdrawn === undefined ? '' : ', WITHDRAWN'}: ${mitigation.title}`
    : 'NOT A MITIGATION';
  return [
    `  ${marks[kind]} ${name}: ${what}`,
    `    SHA-256 ${hash}`,
    ...(mitigation ? [`    expires ${stamp(mitigation.expires.at)}, then ${mitigation.expires.then}`] : []),
    ...(mitigation?.withdrawn === undefined ? [] : [`    withdrawn: ${mitigation.withdrawn}`]),
  ];
}

/** What `feed lint` says of the documents in a proposal, each with its name before it. */
export async function proposalFindings(
  proposal: Proposal,
  review: readonly PartReview[],
  now: number,
): Promise<readonly CheckFinding[]> {
  const changes = review.flatMap(({ documents }) => documents);
  const found = await Promise.all(
    changes.map(async ({ name, bytes, before }) => {
      if (!bytes) return [];
      const findings = await lintDocument(name, bytes, proposal.documents.get(before ?? ''), now);
      return findings.map(({ severity, message }) => ({ severity, message: `${name}: ${message}` }));
    }),
  );
  return found.flat();
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
