import { systemFiles } from '@stopgap/machine';
import {
  addTarget,
  type EnrolledRoot,
  feedRoot,
  type Proposal,
  type PublicKey,
  proposeFeed,
  proposeFirst,
  type Signer,
} from '../index.ts';
import { createKey, memorySigner } from '../publish/keys.ts';
import { reviewProposal } from '../publish/proposal/review.ts';
import { signProposal } from '../publish/proposal/sign.ts';
import type { SignatureFile } from '../publish/proposal/signature-file.ts';
import { publishFeed } from '../publish/publish.ts';
import { cheapenKeys } from './feed.ts';
import { template } from './template.ts';
import { passphrase } from './temporary.ts';

/** A holder with the key in memory. */
export interface TestHolder extends PublicKey, Signer {}

/** A holder with a fresh key. */
export function holder(name: string): TestHolder {
  return { holder: name, ...memorySigner(createKey('ed25519')) };
}

/** A feed of five holders, three of whom must sign, with its online keys in its folder. */
export interface TestCeremony {
  readonly folder: string;
  readonly five: readonly TestHolder[];
  readonly first: Proposal;
  /** What anna, bert and carla, or others, sign of a proposal. */
  sign(proposal: Proposal, holders?: readonly TestHolder[]): Promise<readonly SignatureFile[]>;
  /** Signs and publishes. */
  publish(proposal: Proposal, holders?: readonly TestHolder[]): ReturnType<typeof publishFeed>;
  root(): EnrolledRoot;
}

const five = ['anna', 'bert', 'carla', 'dirk', 'eva'].map(holder);

const unsigned = template(async (folder) => {
  const first = await proposeFirst(folder, { name: 'test', passphrase, holders: five });
  cheapenKeys(folder);
  return first;
});

const released = template(async (folder) => {
  const first = await proposeFirst(folder, { name: 'test', passphrase, holders: five });
  cheapenKeys(folder);
  await publishFeed(folder, { passphrase, signatures: await signed(first) });
  await addTarget(folder, 'a.xml', Buffer.from('<a/>'));
  const { proposal } = await proposeFeed(folder, {});
  await publishFeed(folder, { passphrase, signatures: await signed(proposal) });
  return first;
});

/** A feed whose first version awaits its signatures. */
export async function ceremony(): Promise<TestCeremony> {
  const { folder, made } = await unsigned();
  return ceremonyIn(folder, made);
}

/** A feed that is out, with the document `a.xml`. */
export async function publishedCeremony(): Promise<TestCeremony> {
  const { folder, made } = await released();
  return ceremonyIn(folder, made);
}

/** The same five holders over a copy of their feed. */
export function ceremonyIn(folder: string, first: Proposal): TestCeremony {
  return {
    folder,
    five,
    first,
    sign: signed,
    publish: async (proposal, holders) =>
      publishFeed(folder, { passphrase, signatures: await signed(proposal, holders) }),
    root: () => feedRoot(folder, systemFiles),
  };
}

function signed(
  proposal: Proposal,
  holders: readonly TestHolder[] = five.slice(0, 3),
): Promise<readonly SignatureFile[]> {
  const review = reviewProposal(proposal, Date.now());
  return Promise.all(holders.map((one) => signProposal(proposal, review, one, one.holder)));
}
