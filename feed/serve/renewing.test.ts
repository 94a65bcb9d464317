import { silentLog, systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { checkRenewal } from '../publish/index.ts';
import { day, testClock } from '../testing/clock.ts';
import { madeFeed } from '../testing/feed.ts';
import { metadata } from '../testing/published.ts';
import { keepRenewed, renewIfDue } from './renewing.ts';

describe('a feed that is served and renewed', () => {
  it('is signed anew once a day, and not sooner', async () => {
    const { folder, signing } = await madeFeed();
    const clock = testClock();
    const renew = () => renewIfDue(folder, { ...signing, clock, log: silentLog }, clock);
    expect(await renew()).toBe(false);
    clock.time += day;
    expect([await renew(), await renew()]).toEqual([true, false]);
    expect(metadata(folder, 'timestamp.json').signed.version).toBe(3);
    clock.time += day;
    expect(await renew()).toBe(true);
  });

  it('is tried again later where its keys cannot be opened, and says why', async () => {
    const { folder } = await madeFeed();
    const clock = testClock(Date.now() + day);
    const said: unknown[] = [];
    const log = { ...silentLog, error: (...args: unknown[]) => said.push(args) };
    expect(await renewIfDue(folder, { passphrase: () => 'not the passphrase', clock, log }, clock)).toBe(false);
    expect(said).toEqual([
      [expect.stringMatching(/tried again in ten minutes/), { reason: expect.stringMatching(/does not open/) }],
    ]);
    expect(metadata(folder, 'timestamp.json').signed.version).toBe(2);
  });

  it('has its keys opened at once, where somebody sees that they cannot be', async () => {
    const { folder, signing } = await madeFeed();
    await checkRenewal(folder, signing);
    await expect(checkRenewal(folder, { passphrase: () => 'not the passphrase' })).rejects.toMatchObject({
      code: 'passphrase-wrong',
    });
    systemFiles.remove(`${folder}/keys/timestamp.pem`);
    await expect(checkRenewal(folder, { passphrase: signing.passphrase })).rejects.toMatchObject({
      code: 'key-missing',
    });
    expect(metadata(folder, 'timestamp.json').signed.version).toBe(2);
  });

  it('ends with what serves it', async () => {
    const { folder, signing } = await madeFeed();
    const stop = new AbortController();
    const renewing = keepRenewed(folder, { ...signing, log: silentLog }, stop.signal);
    stop.abort();
    await renewing;
    expect(metadata(folder, 'timestamp.json').signed.version).toBe(2);
  });
});
