import { systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { holder, publishedCeremony, type TestCeremony, type TestHolder } from '../testing/ceremony.ts';
import { day, testClock } from '../testing/clock.ts';
import { readerOf } from '../testing/published.ts';
import { looked } from '../testing/reader.ts';
import { passphrase } from '../testing/temporary.ts';
import {
  addTarget,
  feedStatus,
  type KeyChange,
  newOnlineKey,
  type PublicKey,
  proposeFeed,
  renewFeed,
} from './index.ts';

/** A feed that is out, with a document and a reader. */
async function out() {
  const made = await publishedCeremony();
  return { made, reader: await readerOf({ folder: made.folder, root: made.root() }) };
}

const replace = (old: TestHolder, by: TestHolder): KeyChange => {
  return { kind: 'replace', holder: old.holder, keyIds: [old.key.keyID], by };
};

async function rotate({ folder }: TestCeremony, keys: readonly KeyChange[], holders: readonly TestHolder[] = []) {
  return (await proposeFeed(folder, { keys, holders, withoutStaged: true })).proposal;
}

/** The timestamp by another key alone. */
function timestampBy({ folder }: TestCeremony, key: PublicKey): readonly KeyChange[] {
  const old = feedStatus(folder).roles.find(({ role }) => role === 'timestamp')?.holders[0];
  return [
    { kind: 'remove', role: 'timestamp', holder: 'timestamp', keyIds: [old?.keyId ?? ''] },
    { kind: 'add', role: 'timestamp', key },
  ];
}

describe('changing keys', () => {
  it('replaces a lost key by the signatures of the others, and readers follow', async () => {
    const { made, reader } = await out();
    const before = await looked(reader);
    const [anna, bert, carla, , eva] = made.five;
    const fritz = holder('fritz');
    if (!anna || !bert || !carla || !eva) throw new Error('five holders');
    const proposal = await rotate(made, [replace(eva, fritz)], [fritz]);
    expect(await made.publish(proposal, [anna, bert, carla])).toMatchObject({ warnings: [] });
    expect((await looked(reader)).documents).toEqual(before.documents);
    await addTarget(made.folder, 'b.xml', Buffer.from('<b/>'));
    const next = (await proposeFeed(made.folder, {})).proposal;
    await expect(made.publish(next, [anna, bert, eva])).rejects.toThrow(/no part of it is to be signed by the key/);
    await made.publish(next, [anna, bert, fritz]);
    expect((await looked(reader)).documents).toHaveLength(2);
  });

  it('needs the old threshold and the new one', async () => {
    const { made } = await out();
    const fresh = ['v', 'w', 'x', 'y', 'z'].map(holder);
    const changes = made.five.map((old, index) => replace(old, fresh[index] ?? old));
    const proposal = await rotate(made, changes, fresh);
    await expect(made.publish(proposal, fresh)).rejects.toMatchObject({
      code: 'signatures-missing',
      message: expect.stringMatching(/root has 0 of the 3 signatures by the keys so far/),
    });
    await expect(made.publish(proposal, made.five.slice(0, 2))).rejects.toThrow(/root has 2 of the 3/);
    expect(await made.publish(proposal, made.five.slice(2, 3))).toMatchObject({ changed: true });
    expect(feedStatus(made.folder).roles[0]?.holders.map((one) => one.holder)).toEqual(['v', 'w', 'x', 'y', 'z']);
  });

  it('changes thresholds, and refuses one that cannot be met', async () => {
    const { made, reader } = await out();
    const raise = (threshold: number) => rotate(made, [{ kind: 'threshold', role: 'targets', threshold }]);
    await expect(raise(6)).rejects.toMatchObject({ code: 'roles-invalid' });
    await made.publish(await raise(4), made.five.slice(0, 4));
    expect(feedStatus(made.folder).roles.find(({ role }) => role === 'targets')).toMatchObject({ threshold: 4 });
    expect((await looked(reader)).documents).toHaveLength(1);
  });

  it('gives the feed new online keys, and the old ones count no more', async () => {
    const { made, reader } = await out();
    const key = await newOnlineKey(made.folder, 'timestamp', passphrase);
    await made.publish((await proposeFeed(made.folder, { keys: timestampBy(made, key), holders: [key] })).proposal);
    systemFiles.remove(`${made.folder}/keys/timestamp.pem`);
    await addTarget(made.folder, 'b.xml', Buffer.from('<b/>'));
    await made.publish((await proposeFeed(made.folder, {})).proposal);
    expect((await looked(reader)).documents).toHaveLength(2);
    expect(feedStatus(made.folder).roles.at(-1)?.holders).toMatchObject([{ holder: 'timestamp-2', signed: true }]);
  });

  it('lets a publisher go on whose clock was ahead, once readers forget what was signed then', async () => {
    const { made, reader } = await out();
    await renewFeed(made.folder, { passphrase, clock: testClock(Date.now() + 100 * day) });
    await looked(reader);
    await expect(renewFeed(made.folder, { passphrase })).rejects.toMatchObject({
      code: 'clock-behind',
      message: expect.stringMatching(/stopgap feed rotate .* --new-key timestamp/),
    });
    const key = await newOnlineKey(made.folder, 'timestamp', passphrase);
    await made.publish((await proposeFeed(made.folder, { keys: timestampBy(made, key), holders: [key] })).proposal);
    expect(await renewFeed(made.folder, { passphrase })).toMatchObject({ signedAt: expect.any(Number) });
    expect((await looked(reader)).signedAt).toBeLessThan(Date.now() + day);
  });

  it('makes one new online key at a time', async () => {
    const { made } = await out();
    const both = [1, 2].map(() => newOnlineKey(made.folder, 'timestamp', passphrase));
    const ends = await Promise.allSettled(both);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('lets no root out whose online keys are not here', async () => {
    const { made, reader } = await out();
    const key = holder('timestamp-2');
    const { proposal } = await proposeFeed(made.folder, { keys: timestampBy(made, key), holders: [key] });
    systemFiles.remove(`${made.folder}/keys/timestamp.pem`);
    await expect(made.publish(proposal)).rejects.toMatchObject({ code: 'key-missing' });
    expect(feedStatus(made.folder)).toMatchObject({ rootVersion: 1 });
    expect((await looked(reader)).documents).toHaveLength(1);
  });
});

describe('a role of its own for a product', () => {
  const three = ['xenia', 'yves', 'zoe'].map(holder);
  const plan = { keys: three.map(({ key }) => key), threshold: 2, paths: ['exchange/*', 'log/exchange/*'] };

  it('speaks for its documents by two of its three holders, and for no others', async () => {
    const { made, reader } = await out();
    const delegated = await proposeFeed(made.folder, {
      delegate: { role: 'exchange', plan: { ...plan, products: ['exchange'] } },
      holders: three,
    });
    expect(delegated.review.map(({ role }) => role)).toEqual(['targets', 'exchange']);
    await made.publish(delegated.proposal, [...made.five.slice(0, 3), ...three.slice(0, 2)]);
    await addTarget(made.folder, 'exchange/e.xml', Buffer.from('<e/>'));
    const own = await proposeFeed(made.folder, {});
    expect(own.review.map(({ role }) => role)).toEqual(['exchange']);
    await expect(made.publish(own.proposal, three.slice(0, 1))).rejects.toThrow(/exchange has 1 of the 2/);
    await made.publish(own.proposal, three.slice(1, 2));
    expect((await looked(reader)).documents).toMatchObject([
      { name: 'a.xml' },
      { name: 'exchange/e.xml', products: ['exchange'] },
    ]);
    expect(feedStatus(made.folder).roles.map(({ role }) => role)).toContain('exchange');
  });

  it('proposes its documents by themselves where that is asked for', async () => {
    const { made } = await out();
    const delegated = await proposeFeed(made.folder, { delegate: { role: 'exchange', plan }, holders: three });
    await made.publish(delegated.proposal, [...made.five.slice(0, 3), ...three]);
    await addTarget(made.folder, 'exchange/e.xml', Buffer.from('<e/>'));
    await addTarget(made.folder, 'b.xml', Buffer.from('<b/>'));
    const both = await proposeFeed(made.folder, {});
    expect(both.review.map(({ role }) => role)).toEqual(['targets', 'exchange']);
    const own = await proposeFeed(made.folder, { only: 'exchange' });
    expect(own.review.map(({ role }) => role)).toEqual(['exchange']);
    expect(own.warnings).toEqual([expect.stringContaining(both.id)]);
    await made.publish(own.proposal, three);
    expect(feedStatus(made.folder).staged.add).toEqual(['b.xml']);
    await expect(proposeFeed(made.folder, { only: 'nginx' })).rejects.toMatchObject({ code: 'roles-invalid' });
  });

  it('has its keys changed by targets alone', async () => {
    const { made, reader } = await out();
    const everybody = [...made.five.slice(0, 3), ...three.slice(0, 2)];
    const delegated = await proposeFeed(made.folder, { delegate: { role: 'exchange', plan }, holders: three });
    await made.publish(delegated.proposal, everybody);
    const other = holder('willi');
    const [xenia] = three;
    if (!xenia) throw new Error('three holders');
    const proposal = await rotate(made, [replace(xenia, other)], [other]);
    expect(proposal.parts.map(({ role }) => role)).not.toContain('root');
    await made.publish(proposal, [...everybody.slice(0, 3), other, ...three.slice(1)]);
    await addTarget(made.folder, 'exchange/e.xml', Buffer.from('<e/>'));
    await made.publish((await proposeFeed(made.folder, {})).proposal, [other, ...three.slice(1, 2)]);
    expect((await looked(reader)).documents).toHaveLength(2);
  });

  it('is taken away with its documents', async () => {
    const { made, reader } = await out();
    const everybody = [...made.five.slice(0, 3), ...three.slice(0, 2)];
    const delegated = await proposeFeed(made.folder, { delegate: { role: 'exchange', plan }, holders: three });
    await made.publish(delegated.proposal, everybody);
    await addTarget(made.folder, 'exchange/e.xml', Buffer.from('<e/>'));
    await made.publish((await proposeFeed(made.folder, {})).proposal, three);
    expect((await looked(reader)).documents).toHaveLength(2);
    await made.publish((await proposeFeed(made.folder, { undelegate: 'exchange' })).proposal);
    expect((await looked(reader)).documents).toMatchObject([{ name: 'a.xml' }]);
  });
});
