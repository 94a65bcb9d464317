import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { canonicalize } from '@tufjs/canonical-json';
import { FeedError } from '../../feed/errors.ts';
import { isLogName } from '../../feed/log/index.ts';
import { addTarget, proposalText, proposeFeed, proposeFirst, publishFeed } from '../../feed/publish/index.ts';
import { createKey, memorySigner } from '../../feed/publish/keys.ts';
import { type Proposal, readProposal } from '../../feed/publish/proposal/proposal.ts';
import { reviewProposal } from '../../feed/publish/proposal/review.ts';
import { signProposal } from '../../feed/publish/proposal/sign.ts';
import { must, mustEqual } from '../engine/check.ts';
import { behind } from '../engine/mutate.ts';
import { mutateJson } from '../engine/mutate-json.ts';
import { type OpenTarget, outcomeOf } from '../engine/target.ts';

const passphrase = () => 'a passphrase for fuzzing';

/**
 * First line: a role; the rest: the metadata that holders are to sign for it, as JSON. It is put in canonical form into a proposal that is
 * right otherwise, over a feed that is out. What can be signed then is a newer version, and every document that it changes is shown.
 */
export async function openSealedProposal(): Promise<OpenTarget> {
  const folder = mkdtempSync(path.join(tmpdir(), 'stopgap-fuzz-proposal-'));
  const { first, next, now } = await proposals(path.join(folder, 'feed'));
  rmSync(folder, { recursive: true });
  const all = [first, next];
  return {
    seeds: all.flatMap(({ parts }) => parts.map(({ role, signed }) => `${role}\n${signed}`)),
    words: [
      '"__proto__":',
      '"threshold":',
      '"keyids":[',
      '"delegations":{',
      '"targets":{',
      '"hashes":{"sha256":"',
      '1e3',
    ],
    most: 16 * 1024,
    mutate: behind('line', mutateJson),
    run: (input) => {
      const end = input.indexOf(0x0a);
      const role = input.toString('latin1', 0, Math.max(0, end));
      const base = all.find(({ parts }) => parts.some((part) => part.role === role));
      const signed = canonicalOf(input.subarray(end + 1));
      if (!base || !signed) return 'refused';
      const parts = base.parts.map((part) => (part.role === role ? { role, signed } : part));
      return outcomeOf(() => {
        const read = readProposal(Buffer.from(proposalText({ ...base, parts })), 'p');
        const review = reviewProposal(read, now).find((one) => one.role === role);
        must(review !== undefined && review.version > review.before, 'it is no newer version');
        if (role !== 'root')
          mustEqual(review?.documents.map(({ name }) => name).sort(), changed(base, signed), 'shown');
      }, FeedError);
    },
  };
}

/** Documents that differ from those that are out, taken from the JSON alone. */
function changed(base: Proposal, signed: Buffer): readonly string[] {
  const before = targetsIn(base.roles.get('targets'), true);
  const after = targetsIn(signed, false);
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => !isLogName(name) && before.get(name) !== after.get(name)).sort();
}

function targetsIn(bytes: Buffer | undefined, wrapped: boolean): ReadonlyMap<string, string> {
  if (!bytes) return new Map();
  const said = JSON.parse(bytes.toString());
  const { targets } = wrapped ? said.signed : said;
  return new Map(Object.entries(targets).map(([name, value]) => [name, JSON.stringify(value)]));
}

function canonicalOf(bytes: Buffer): Buffer | undefined {
  try {
    return Buffer.from(canonicalize(JSON.parse(bytes.toString())));
  } catch {
    return undefined;
  }
}

/** The first proposal of a feed, and one over what was published of it then. */
async function proposals(folder: string): Promise<{ first: Proposal; next: Proposal; now: number }> {
  const holders = ['anna', 'bert', 'carla'].map((name) => ({ holder: name, ...memorySigner(createKey('ed25519')) }));
  const first = await proposeFirst(folder, { name: 'fuzz', passphrase, holders });
  const now = Date.now();
  const signatures = (proposal: Proposal) => {
    const review = reviewProposal(proposal, now);
    return Promise.all(holders.map((one) => signProposal(proposal, review, one, one.holder)));
  };
  await publishFeed(folder, { passphrase, signatures: await signatures(first) });
  await addTarget(folder, 'a.xml', Buffer.from('<a/>'));
  await publishFeed(folder, {
    passphrase,
    signatures: await signatures((await proposeFeed(folder, {})).proposal),
  });
  await addTarget(folder, 'a.xml', Buffer.from('<a></a>'));
  await addTarget(folder, 'b.xml', Buffer.from('<b/>'));
  return { first, next: (await proposeFeed(folder, {})).proposal, now };
}
