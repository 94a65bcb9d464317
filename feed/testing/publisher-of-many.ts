/**
 * Makes a feed of five holders in a folder, says `ready`, waits for standard input to end, and publishes many versions of two
 * documents that always say the same; every fourth with other keys for everybody: `node publisher-of-many.ts FOLDER COUNT`.
 */
import { text } from 'node:stream/consumers';
import {
  addTarget,
  type Proposal,
  type PublicKey,
  proposeFeed,
  proposeFirst,
  publishFeed,
  reviewProposal,
  type Signer,
} from '../index.ts';
import { createKey, memorySigner } from '../publish/keys.ts';
import { signProposal } from '../publish/proposal/sign.ts';

const [folder = '', count = ''] = process.argv.slice(2);
const passphrase = () => 'correct horse battery staple';

type Holder = PublicKey & Signer;
const holder = (name: string): Holder => ({ holder: name, ...memorySigner(createKey('ed25519')) });

async function publish(proposal: Proposal, holders: readonly Holder[]): Promise<void> {
  const review = reviewProposal(proposal, Date.now());
  const signatures = await Promise.all(holders.map((one) => signProposal(proposal, review, one, one.holder)));
  await publishFeed(folder, { passphrase, signatures });
}

let five = ['anna', 'bert', 'carla', 'dirk', 'eva'].map(holder);
await publish(await proposeFirst(folder, { name: 'test', passphrase, holders: five }), five.slice(0, 3));
process.stdout.write('ready\n');
await text(process.stdin);

for (let version = 0; version < Number(count); version += 1) {
  const bytes = Buffer.from(`<version n="${version}"/>`);
  for (const name of ['left.xml', 'right.xml']) await addTarget(folder, name, bytes);
  const others = version % 4 === 3 ? five.map((_one, index) => holder(`h${version}-${index}`)) : [];
  const keys = others.map((by, index) => {
    return { kind: 'replace' as const, holder: '', keyIds: [five[index]?.key.keyID ?? ''], by };
  });
  const { proposal } = await proposeFeed(folder, { keys, holders: others });
  await publish(proposal, [...five.slice(0, 3), ...others.slice(0, 3)]);
  if (others.length > 0) five = others;
}
