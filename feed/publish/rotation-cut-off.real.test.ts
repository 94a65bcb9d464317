import { cpSync } from 'node:fs';
import path from 'node:path';
import { systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { ceremonyIn, holder, publishedCeremony } from '../testing/ceremony.ts';
import { failingFiles } from '../testing/failing-files.ts';
import { readerOf } from '../testing/published.ts';
import { looked } from '../testing/reader.ts';
import { template } from '../testing/template.ts';
import { passphrase } from '../testing/temporary.ts';
import { feedStatus, newOnlineKey, proposeFeed, publishFeed } from './index.ts';

describe('a change of all keys', () => {
  it('cut off at any write shows every reader a whole version, and goes on', async () => {
    const fresh = ['v', 'w', 'x', 'y', 'z'].map(holder);
    const proposed = template(async (folder) => {
      const made = await publishedCeremony();
      const keys = made.five.map((old, index) => {
        return { kind: 'replace' as const, holder: old.holder, keyIds: [old.key.keyID], by: fresh[index] ?? old };
      });
      const { proposal } = await proposeFeed(made.folder, { keys, holders: fresh });
      cpSync(made.folder, folder, { recursive: true });
      return { made, signatures: await made.sign(proposal, [...made.five.slice(0, 3), ...fresh.slice(0, 3)]) };
    });
    let cut = 0;
    for (let writes = 0; ; writes += 1) {
      const { folder, made } = await proposed();
      const reader = await readerOf({ folder, root: ceremonyIn(folder, made.made.first).root() });
      expect((await looked(reader)).version).toBe(2);
      const files = failingFiles(systemFiles);
      files.remaining = writes;
      const options = { passphrase, signatures: made.signatures };
      const [first] = await Promise.allSettled([publishFeed(folder, { ...options, files })]);
      expect((await looked(reader)).documents).toHaveLength(1);
      if (first.status === 'fulfilled') break;
      await publishFeed(folder, options);
      expect((await looked(reader)).documents).toHaveLength(1);
      expect(feedStatus(folder).rootVersion).toBe(2);
      cut += 1;
    }
    expect(cut).toBeGreaterThanOrEqual(10);
    console.log(`${cut} places at which a change of root was cut off`);
  });

  it('cut off at any write goes on, also where an online key so far is lost', async () => {
    const proposed = template(async (folder) => {
      const made = await publishedCeremony();
      const key = await newOnlineKey(made.folder, 'timestamp', passphrase);
      const lost = feedStatus(made.folder).roles.find(({ role }) => role === 'timestamp')?.holders[0]?.keyId ?? '';
      const keys = [
        { kind: 'remove' as const, role: 'timestamp', holder: 'timestamp', keyIds: [lost] },
        { kind: 'add' as const, role: 'timestamp', key },
      ];
      const { proposal } = await proposeFeed(made.folder, { keys, holders: [key] });
      systemFiles.remove(path.join(made.folder, 'keys/timestamp.pem'));
      cpSync(made.folder, folder, { recursive: true });
      return { made, signatures: await made.sign(proposal) };
    });
    for (let writes = 0; ; writes += 1) {
      const { folder, made } = await proposed();
      const files = failingFiles(systemFiles);
      files.remaining = writes;
      const options = { passphrase, signatures: made.signatures };
      const [first] = await Promise.allSettled([publishFeed(folder, { ...options, files })]);
      if (first.status === 'fulfilled') break;
      await publishFeed(folder, options);
      expect(feedStatus(folder).rootVersion).toBe(2);
      const reader = await readerOf({ folder, root: ceremonyIn(folder, made.made.first).root() });
      expect((await looked(reader)).documents).toHaveLength(1);
    }
  });
});
