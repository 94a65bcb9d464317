import { systemFiles } from '@stopgap/machine';
import { checkDocuments, type DocumentCheck } from './check.ts';
import { feedLayout } from './layout.ts';
import { letOut } from './let-out.ts';
import { asOnlyPublisher } from './lock.ts';
import { openPress, type SigningOptions } from './press.ts';
import { draftProposal } from './proposal/draft.ts';
import { type GatheredPart, gather, requireSignatures } from './proposal/gather.ts';
import { choosePending, collectSignatures, dropProposals } from './proposal/pending.ts';
import type { Proposal } from './proposal/proposal.ts';
import { reviewProposal } from './proposal/review.ts';
import { signEverything, signHere } from './proposal/sign-here.ts';
import type { SignatureFile } from './proposal/signature-file.ts';
import type { Press, Release } from './release.ts';
import { type Published, unsigned } from './repository.ts';
import { readSettings } from './settings.ts';
import { clearStaged, readStaged } from './stage.ts';

/** What a publication takes beside the keys. */
export interface PublishOptions extends SigningOptions {
  readonly check?: DocumentCheck;
  /** Signatures that holders have handed back, for a proposal that awaits them. */
  readonly signatures?: readonly SignatureFile[];
}

/** What a publication did. */
export interface Publication extends Partial<Release> {
  /** `false`: nothing was staged that is not already out. */
  readonly changed: boolean;
  /** Version of the targets that readers see now. */
  readonly version: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Changes of keys, thresholds and delegations, in sentences. */
  readonly roles: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Signs and lets out what is staged; or, where a proposal awaits signatures, lets that out once they reach every threshold. A
 * reader at any instant sees the old version or the new one; killed at any instant, the old version or the new one stands,
 * and calling it again goes on. Throws `check-refused`, `key-missing`, `signatures-missing`, `proposal-missing`,
 * `proposal-invalid`, `proposal-stale`, `passphrase-wrong`, `feed-damaged`, `feed-busy`, `clock-behind`.
 */
export async function publishFeed(folder: string, options: PublishOptions): Promise<Publication> {
  const layout = feedLayout(folder);
  const files = options.files ?? systemFiles;
  readSettings(layout, files);
  return asOnlyPublisher(layout, files, async () => {
    const { press, published } = openPress(layout, options);
    const pending = choosePending(press, published, options.signatures ?? []);
    if (!pending) return publishStaged(press, published, options);
    const { proposal, review } = pending;
    const given = collectSignatures(press, pending, options.signatures ?? []);
    const gathered = gather(review, [...given, ...(await signHere(press, gather(review, given)))]);
    requireSignatures(gathered, proposal.names);
    const warnings = await checkDocuments(review, published, press, options.check);
    const done = await publishParts(press, published, proposal, gathered, warnings);
    dropProposals(press, pending);
    return done;
  });
}

/** What is staged, with the keys that are on this machine. */
async function publishStaged(
  press: Press,
  published: Published | undefined,
  options: PublishOptions,
): Promise<Publication> {
  const { layout, files, clock } = press;
  const staged = readStaged(layout, files);
  if (!published) throw unsigned(layout);
  const proposal = draftProposal(press, published, { staged, forgetLogs: options.leastVersion !== undefined });
  if (!proposal) {
    clearStaged(layout, files, () => true);
    const version = published.targets.metadata.signed.version;
    return { changed: false, version, added: [], removed: [], roles: [], warnings: [] };
  }
  const review = reviewProposal(proposal, clock.now());
  const warnings = await checkDocuments(review, published, press, options.check);
  const signatures = await signEverything(press, review);
  return publishParts(press, published, proposal, gather(review, signatures), warnings);
}

async function publishParts(
  press: Press,
  published: Published | undefined,
  proposal: Proposal,
  parts: readonly GatheredPart[],
  warnings: readonly string[],
): Promise<Publication> {
  const review = parts.map((part) => part.review);
  const changes = review.flatMap(({ documents }) => documents);
  const out = await letOut(press, published, parts, proposal.documents);
  clearStaged(press.layout, press.files, (name, hash) =>
    changes.some((change) => change.name === name && change.sha256 === hash),
  );
  return {
    changed: true,
    ...out,
    version: review.find(({ role }) => role === 'targets')?.version ?? published?.targets.metadata.signed.version ?? 0,
    added: changes.filter(({ kind }) => kind !== 'removed').map(({ name }) => name),
    removed: changes.filter(({ kind }) => kind === 'removed').map(({ name }) => name),
    roles: review.flatMap(({ roles }) => roles),
    warnings: [...warnings, ...out.warnings],
  };
}
