import path from 'node:path';
import { systemFiles } from '@stopgap/machine';
import { canonicalize } from '@tufjs/canonical-json';
import { describe, expect, it } from 'vitest';
import { ceremony, ceremonyIn, holder, publishedCeremony, type TestHolder } from '../../testing/ceremony.ts';
import { day, testClock } from '../../testing/clock.ts';
import { passphrase, temporaryFolder } from '../../testing/temporary.ts';
import { parseCanonical } from '../canonical.ts';
import {
  addTarget,
  beforeSigning,
  openProposal,
  proposalText,
  proposeFeed,
  proposeFirst,
  readSignatureFile,
  signAsHolder,
} from '../index.ts';
import { type Proposal, readProposal } from './proposal.ts';
import { reviewProposal } from './review.ts';

/** A proposal to add a document, as a file on a holder's machine. */
async function received() {
  const made = await publishedCeremony();
  await addTarget(made.folder, 'b.xml', Buffer.from('<b/>'));
  const { proposal } = await proposeFeed(made.folder, {});
  return { made, proposal, ...onMachine(proposal) };
}

function onMachine(proposal: Proposal, folder = temporaryFolder()) {
  const file = path.join(folder, 'x.proposal');
  systemFiles.write(file, proposalText(proposal));
  const at = (name: string) => ({
    name,
    memoryFile: path.join(folder, `${name}.signed.json`),
    out: path.join(folder, 'sig'),
  });
  return { folder, file, at };
}

const key = ({ key: { keyID: keyId } }: TestHolder, { memoryFile }: { readonly memoryFile: string }) => ({
  keyId,
  memoryFile,
});

/** The same proposal with one part's text changed, in canonical form still. */
function edited(proposal: Proposal, role: string, change: (text: string) => string): Proposal {
  const parts = proposal.parts.map((part) =>
    part.role === role ? { role, signed: Buffer.from(change(part.signed.toString('utf8'))) } : part,
  );
  return { ...proposal, parts };
}

describe('a holder', () => {
  it('sees from the bytes what they change, and signs with nothing but the file and the key', async () => {
    const { made, file, at } = await received();
    const [anna] = made.five;
    if (!anna) throw new Error('five holders');
    const opened = openProposal(file);
    expect(opened.review).toMatchObject([
      {
        role: 'targets',
        version: 3,
        before: 2,
        documents: [{ kind: 'added', name: 'b.xml', bytes: Buffer.from('<b/>') }],
      },
    ]);
    await signAsHolder(opened, anna, at('anna'));
    const signed = readSignatureFile(at('anna').out, systemFiles);
    expect(signed).toMatchObject({
      feed: 'test',
      holder: 'anna',
      proposal: opened.id,
      signatures: [{ role: 'targets' }],
    });
  });

  it('is not asked to sign what their key does not count for', async () => {
    const { file, at } = await received();
    const stranger = holder('mallory');
    await expect(signAsHolder(openProposal(file), stranger, at('mallory'))).rejects.toMatchObject({
      code: 'proposal-invalid',
      message: expect.stringMatching(/no part of it is to be signed by the key/),
    });
    expect(systemFiles.read(at('mallory').out)).toBeUndefined();
  });

  it('does not sign another version for a version that was signed, nor one from before', async () => {
    const { made, file, at, folder } = await received();
    const [anna] = made.five;
    if (!anna) throw new Error('five holders');
    const opened = openProposal(file);
    await signAsHolder(opened, anna, at('anna'));
    // The same again is the same signature: a kill before it was handed over costs nothing.
    await signAsHolder(opened, anna, at('anna'));
    await addTarget(made.folder, 'c.xml', Buffer.from('<c/>'));
    const other = await proposeFeed(made.folder, {});
    expect(beforeSigning(openProposal(onMachine(other.proposal, folder).file), key(anna, at('anna'))).warnings).toEqual(
      [expect.stringMatching(/you have signed another version 3 of targets before/)],
    );
    await made.publish(other.proposal);
    const next = (await proposeFeed(made.folder, { renew: ['targets'] })).proposal;
    await signAsHolder(openProposal(onMachine(next, folder).file), anna, at('anna'));
    expect(() => beforeSigning(opened, key(anna, at('anna')))).toThrow(
      /version 4 of targets was signed here before, and this is version 3/,
    );
  });

  it('does not follow another root under the same number', async () => {
    const { made, file, at, folder } = await received();
    const [anna] = made.five;
    if (!anna) throw new Error('five holders');
    await signAsHolder(openProposal(file), anna, at('anna'));
    // Another feed of the same name, made by whoever has the publisher's machine.
    const impostor = await ceremony();
    await impostor.publish(impostor.first);
    const { proposal } = await proposeFeed(impostor.folder, { renew: ['targets'] });
    expect(() => beforeSigning(openProposal(onMachine(proposal, folder).file), key(anna, at('anna')))).toThrow(
      /do not sign this: version 1 of the root was .* and is .* their machine may be in other hands/,
    );
  });

  it('does not follow the root of another feed, which would show nothing of what stood in it before', async () => {
    const { made, file, at, folder } = await received();
    const [anna] = made.five;
    if (!anna) throw new Error('five holders');
    await signAsHolder(openProposal(file), anna, at('anna'));
    const place = path.join(temporaryFolder(), 'feed');
    const own = await proposeFirst(place, { name: 'tesT', passphrase, holders: [holder('mallory'), anna] });
    expect(() => beforeSigning(openProposal(onMachine(own, folder).file), key(anna, at('anna')))).toThrow(
      /do not sign this: this key has signed for the feed test so far and not for tesT/,
    );
  });

  it('who signed the first root follows no other one, and who signed nothing is told to ask', async () => {
    const { folder, first, five, publish } = await ceremony();
    const [anna, bert] = five;
    if (!anna || !bert) throw new Error('five holders');
    const { file, at } = onMachine(first);
    await signAsHolder(openProposal(file), anna, at('anna'));
    await publish(first);
    const next = onMachine((await proposeFeed(folder, { renew: ['targets'] })).proposal);
    expect(beforeSigning(openProposal(next.file), key(anna, at('anna'))).warnings).toEqual([]);
    expect(beforeSigning(openProposal(next.file), key(bert, at('bert'))).warnings).toEqual([
      expect.stringMatching(/nothing is remembered here of this feed: ask another holder/),
    ]);
    const impostor = await publishedCeremony();
    const other = onMachine((await proposeFeed(impostor.folder, { renew: ['targets'] })).proposal);
    expect(() => beforeSigning(openProposal(other.file), key(anna, at('anna')))).toThrow(
      /do not sign this: its first root says something else than the one that was signed for here/,
    );
  });
});

/** The same proposal with one part's value changed, in canonical form. */
function changed(
  proposal: Proposal,
  role: string,
  change: (value: Record<string, Record<string, unknown>>) => void,
): Proposal {
  return edited(proposal, role, (text) => {
    const value = parseCanonical(Buffer.from(text));
    change(value);
    return canonicalize(value);
  });
}

describe('a publisher’s machine in other hands', () => {
  it('cannot have a holder follow a root that the one before did not sign', async () => {
    const { made, proposal } = await received();
    const [anna] = made.five;
    const mallory = [holder('m-1'), holder('m-2'), ...(anna ? [anna] : [])];
    const folder = path.join(temporaryFolder(), 'feed');
    const own = ceremonyIn(folder, await proposeFirst(folder, { name: 'test', passphrase, holders: mallory }));
    await own.publish(own.first, mallory.slice(0, 2));
    await own.publish((await proposeFeed(folder, { renew: ['root'] })).proposal, mallory.slice(0, 2));
    const theirs = (await proposeFeed(folder, { renew: ['targets'] })).proposal;
    // Their second root after our first one, and everything below it in order.
    const spliced = { ...theirs, olderRoots: proposal.root ? [proposal.root] : [] };
    expect(() => reviewProposal(spliced, Date.now())).toThrow(/root was signed by [01]\/3 keys/);
    expect(() => reviewProposal({ ...theirs, olderRoots: [] }, Date.now())).toThrow(
      /root 1 is missing among its roots/,
    );
  });

  const hidden: Record<string, (value: Record<string, Record<string, unknown>>) => void> = {
    'a field of its own': (value) => {
      value.targets_too = { 'evil.xml': {} };
    },
    'something said of a document': ({ targets }) => {
      Object.assign(targets?.['a.xml'] ?? {}, { custom: { apply: 'always' } });
    },
    'a delegation by hash bins': (value) => {
      const keys = {};
      const succinct_roles = { keyids: [], threshold: 1, bit_length: 1, name_prefix: 'bin' };
      value.delegations = { keys, succinct_roles };
    },
    'a delegation that is not shown, by hashes of paths': (value) => {
      const role = { name: 'x', keyids: [], threshold: 1, terminating: true, path_hash_prefixes: ['00'] };
      value.delegations = { keys: {}, roles: [role] };
    },
  };

  it.each(Object.entries(hidden))('cannot have signed what is not shown: %s', async (_what, change) => {
    const { proposal } = await received();
    expect(() => reviewProposal(changed(proposal, 'targets', change), Date.now())).toThrow(
      expect.objectContaining({
        code: 'proposal-invalid',
        message: expect.stringMatching(/could not be shown|threshold/),
      }),
    );
  });

  it('cannot have a root signed that lists a key which nobody is shown', async () => {
    const { first } = await ceremony();
    const stranger = holder('mallory').key;
    const extra = changed(first, 'root', ({ keys }) => {
      Object.assign(keys ?? {}, { [stranger.keyID]: stranger.toJSON() });
    });
    expect(() => reviewProposal(extra, Date.now())).toThrow(
      /the root to be signed has something in it that could not be shown/,
    );
    const plain = changed(first, 'root', (value) => {
      Object.assign(value, { consistent_snapshot: false });
    });
    expect(() => reviewProposal(plain, Date.now())).toThrow(/could not be shown/);
  });
});

describe('a proposal that does not fit together', () => {
  const now = Date.now();

  const refusals: Record<string, [(proposal: Proposal) => Proposal, RegExp]> = {
    'names a document that is not in it': [(one) => ({ ...one, documents: new Map() }), /is not in it/],
    'has bytes that are not canonical': [(one) => edited(one, 'targets', (text) => ` ${text}`), /not canonical JSON/],
    'goes back in versions': [
      (one) => edited(one, 'targets', (text) => text.replace('"version":3', '"version":2')),
      /targets would go from version 2 to 2/,
    ],
    'leaves its log out': [
      (one) => edited(one, 'targets', (text) => text.replace(/"log\/targets\/1.jsonl":\{.*?\}\}?,?/, '')),
      /JSON|log/,
    ],
    'says in its log that nothing was done': [
      (one) => edited(one, 'targets', (text) => text.replaceAll('b.xml', 'c.xml')),
      /holds c.xml, which its log does not know/,
    ],
    'names a document that would leave its folder': [
      (one) => edited(one, 'targets', (text) => text.replaceAll('"b.xml"', '"../b.xml"')),
      /canonical|cannot name a document/,
    ],
    'follows metadata that its root did not sign': [
      (one) => ({
        ...one,
        roles: new Map([
          ['targets', Buffer.from(one.roles.get('targets')?.toString().replace('a.xml', 'x.xml') ?? '')],
        ]),
      }),
      /targets was signed by 0\/3 keys/,
    ],
    'comes without the root': [(one) => ({ ...one, root: undefined }), /comes without that of the role above/],
  };

  it.each(Object.entries(refusals))('is refused: %s', async (_what, [change, reason]) => {
    const { proposal } = await received();
    expect(() => reviewProposal(change(proposal), now)).toThrow(
      expect.objectContaining({ code: 'proposal-invalid', message: expect.stringMatching(reason) }),
    );
    expect(reviewProposal(proposal, now)).toHaveLength(1);
  });

  it('is refused once it has expired', async () => {
    const { file } = await received();
    const clock = testClock(now + 200 * day);
    expect(() => openProposal(file, systemFiles, clock)).toThrow(/targets expires at .*, which is over/);
  });

  it('is refused with a key under an id that is not its own', async () => {
    const { first } = await ceremony();
    const [id = ''] = first.names.keys();
    const other = id.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    const changed = edited(first, 'root', (text) => {
      const value = JSON.parse(text);
      value.keys[other] = value.keys[id];
      return JSON.stringify(value);
    });
    expect(() => reviewProposal(changed, now)).toThrow(/not canonical JSON|is not that of the key/);
  });

  it.each([
    ['', /JSON/],
    ['{}', /format/],
    ['[]', /an object/],
    ['{"format":"stopgap-proposal-1"}', /feed/],
  ])('is no file like %j', (text, reason) => {
    expect(() => readProposal(Buffer.from(text), 'x.proposal')).toThrow(
      expect.objectContaining({ code: 'proposal-invalid', message: expect.stringMatching(reason) }),
    );
  });
});
