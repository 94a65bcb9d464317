import { readdirSync } from 'node:fs';
import path from 'node:path';
import { MachineError, systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { ceremony, ceremonyIn, holder, publishedCeremony } from '../testing/ceremony.ts';
import { metadata, readerOf } from '../testing/published.ts';
import { looked } from '../testing/reader.ts';
import { passphrase, temporaryFolder } from '../testing/temporary.ts';
import { addTarget, feedStatus, proposeFeed, proposeFirst, publishFeed, removeTarget } from './index.ts';
import { createKey, memorySigner } from './keys.ts';
import { feedLayout } from './layout.ts';
import type { SignatureFile } from './proposal/signature-file.ts';
import { keepProposal } from './proposal/store.ts';

const a = Buffer.from('<a/>');
const b = Buffer.from('<b/>');

describe('a feed whose keys are with their holders', () => {
  it('is not out before three of five have signed, and names who has not', async () => {
    const { folder, first, five, sign } = await ceremony();
    const two = await sign(first, five.slice(0, 2));
    const publish = (signatures = two) => publishFeed(folder, { passphrase, signatures });
    await expect(publish()).rejects.toMatchObject({
      code: 'signatures-missing',
      message: expect.stringMatching(/root has 2 of the 3 .*still to sign: carla \(.{8}\), dirk \(.{8}\), eva/),
    });
    expect(readdirSync(path.join(folder, 'repository/metadata'))).toEqual([]);
    expect(feedStatus(folder).proposals[0]?.needs[0]).toMatchObject({ signed: ['anna', 'bert'], threshold: 3 });
    // What came in before is kept: one more is enough.
    expect(await publish(await sign(first, five.slice(4)))).toMatchObject({ changed: true, version: 1 });
    expect(metadata(folder, '1.root.json').signatures).toHaveLength(3);
  });

  it('never has more than the online keys in its folder', async () => {
    const { folder } = await ceremony();
    expect(readdirSync(path.join(folder, 'keys')).sort()).toEqual(['snapshot.pem', 'timestamp.pem']);
  });

  it('lets out documents that three have signed', async () => {
    const made = await publishedCeremony();
    const reader = await readerOf({ folder: made.folder, root: made.root() });
    await addTarget(made.folder, 'b.xml', b);
    await expect(publishFeed(made.folder, { passphrase })).rejects.toMatchObject({
      code: 'key-missing',
      message: expect.stringContaining('have their holders sign: stopgap feed propose'),
    });
    const { proposal } = await proposeFeed(made.folder, {});
    expect(await made.publish(proposal, made.five.slice(2))).toMatchObject({ added: ['b.xml'], version: 3 });
    expect((await looked(reader)).documents).toMatchObject([{ name: 'a.xml' }, { name: 'b.xml', bytes: b }]);
    expect(feedStatus(made.folder).staged).toEqual({ add: [], remove: [] });
  });

  it('takes keys of both kinds, also those that hardware can hold', async () => {
    const [, ...others] = (await ceremony()).five;
    const token = { holder: 'anna', ...memorySigner(createKey('ecdsa-p256')) };
    const folder = path.join(temporaryFolder(), 'feed');
    const proposal = await proposeFirst(folder, { name: 'test', passphrase, holders: [token, ...others] });
    await ceremonyIn(folder, proposal).publish(proposal, [token, ...others.slice(2)]);
    const reader = await readerOf({ folder, root: ceremonyIn(folder, proposal).root() });
    expect((await looked(reader)).version).toBe(1);
  });

  it('keeps staged what was changed after it was proposed', async () => {
    const made = await publishedCeremony();
    await addTarget(made.folder, 'b.xml', b);
    const { proposal } = await proposeFeed(made.folder, {});
    await addTarget(made.folder, 'b.xml', Buffer.from('<newer/>'));
    await removeTarget(made.folder, 'c.xml');
    await made.publish(proposal);
    expect(feedStatus(made.folder).staged).toEqual({ add: ['b.xml'], remove: ['c.xml'] });
  });

  it('does not count a signature over something else, or by somebody else', async () => {
    const made = await ceremony();
    const { folder, first } = made;
    const publish = (signatures: Parameters<typeof publishFeed>[1]['signatures']) =>
      publishFeed(folder, { passphrase, ...(signatures ? { signatures } : {}) });
    const [anna] = await made.sign(first);
    const stranger = { ...holder('mallory'), holder: 'anna' };
    const file = anna ?? { feed: '', proposal: '', holder: '', signatures: [] };
    const forged = await Promise.all(
      file.signatures.map(async (one) => ({ ...one, sig: Buffer.from(await stranger.sign(a)).toString('hex') })),
    );
    await expect(publish([{ ...file, signatures: forged }])).rejects.toMatchObject({ code: 'proposal-invalid' });
    await expect(publish([{ ...file, proposal: '0'.repeat(16) }])).rejects.toMatchObject({ code: 'proposal-missing' });
    // One signature three times over is still one.
    await expect(publish([file, file, file])).rejects.toMatchObject({
      message: expect.stringContaining('root has 1 of the 3 signatures'),
    });
  });

  it('keeps what others have signed, whatever a holder hands in', async () => {
    const made = await ceremony();
    const { folder, first, five } = made;
    const [anna, bert] = await made.sign(first, five.slice(0, 2));
    if (!anna || !bert) throw new Error('two signature files');
    const publish = (signatures: readonly SignatureFile[]) => publishFeed(folder, { passphrase, signatures });
    await expect(publish([anna])).rejects.toThrow(/root has 1 of the 3/);
    // Bert's file begins with signatures in the name of anna's key; and a part of what she signed is not all of it.
    const forged = anna.signatures.map((one) => ({ ...one, sig: '00' }));
    await expect(publish([{ ...bert, signatures: [...forged, ...bert.signatures] }])).rejects.toThrow(/root has 2 of/);
    await expect(publish([{ ...anna, signatures: anna.signatures.slice(1) }])).rejects.toThrow(/root has 2 of the 3/);
    expect(await publish(await made.sign(first, five.slice(4)))).toMatchObject({ changed: true });
  });

  it('proposes no more than can be read again', async () => {
    const { folder, first } = await ceremony();
    const large = { ...first, documents: new Map([['x', Buffer.alloc(40_000_000)]]) };
    expect(() => keepProposal(feedLayout(folder), systemFiles, large)).toThrow(
      /the most read; take documents from what is/,
    );
  });

  it('keeps a proposal and its signatures until the one that takes its place is on the disk', async () => {
    const made = await publishedCeremony();
    await addTarget(made.folder, 'b.xml', b);
    const { proposal, id } = await proposeFeed(made.folder, {});
    const two = await made.sign(proposal, made.five.slice(0, 2));
    await expect(publishFeed(made.folder, { passphrase, signatures: two })).rejects.toThrow(/has 2 of the 3/);
    // A full disk: what stands there can be removed, and nothing new is written.
    const write = (file: string) => {
      throw new MachineError('file-unwritable', `cannot write ${file}: no space left on device`);
    };
    await expect(
      proposeFeed(made.folder, { renew: ['targets'], files: { ...systemFiles, write } }),
    ).rejects.toMatchObject({ code: 'file-unwritable' });
    expect(feedStatus(made.folder).proposals).toMatchObject([{ id, needs: [{ signed: ['anna', 'bert'] }] }]);
  });

  it('refuses a proposal that the feed has left behind', async () => {
    const made = await publishedCeremony();
    await addTarget(made.folder, 'b.xml', a);
    const { proposal, id } = await proposeFeed(made.folder, {});
    const kept = path.join(made.folder, 'proposals', `${id}.proposal`);
    const bytes = systemFiles.read(kept)?.bytes ?? a;
    await addTarget(made.folder, 'c.xml', a);
    const next = await proposeFeed(made.folder, {});
    expect(next.warnings).toEqual([expect.stringContaining(`takes the place of proposal ${id}`)]);
    await made.publish(next.proposal);
    await expect(made.publish(proposal)).rejects.toMatchObject({ code: 'proposal-missing' });
    systemFiles.write(kept, bytes);
    await expect(made.publish(proposal)).rejects.toMatchObject({ code: 'proposal-stale' });
    expect(feedStatus(made.folder).proposals).toMatchObject([{ id, stale: true }]);
  });

  it('has its roles signed anew, and proposes nothing where nothing changes', async () => {
    const made = await publishedCeremony();
    const { proposal } = await proposeFeed(made.folder, { renew: ['targets', 'root'] });
    expect(await made.publish(proposal)).toMatchObject({ version: 3, added: [], removed: [] });
    expect(feedStatus(made.folder)).toMatchObject({ rootVersion: 2 });
    await expect(proposeFeed(made.folder, {})).rejects.toMatchObject({ code: 'proposal-missing' });
  });

  it('may be begun again until its first version is out, and not after', async () => {
    const { folder, five, first } = await ceremony();
    const again = await proposeFirst(folder, { name: 'other', passphrase, holders: five.slice(0, 3) });
    expect(feedStatus(folder)).toMatchObject({
      rootVersion: 0,
      roles: [],
      proposals: [{ roles: ['root', 'targets'] }],
    });
    expect(again.parts).not.toEqual(first.parts);
    const made = await publishedCeremony();
    const over = proposeFirst(made.folder, { name: 'other', passphrase, holders: five });
    await expect(over).rejects.toMatchObject({ code: 'feed-exists' });
  });
});
