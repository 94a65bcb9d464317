import { systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { publishedCeremony } from '../testing/ceremony.ts';
import { day, testClock } from '../testing/clock.ts';
import { passphrase } from '../testing/temporary.ts';
import { addTarget, feedStatus, proposeFeed, publishFeed } from './index.ts';

/** What is due after so many days without a signature. */
function due(folder: string, days: number): Record<string, string> {
  const { roles } = feedStatus(folder, systemFiles, testClock(Date.now() + days * day));
  return Object.fromEntries(roles.filter((role) => role.due !== 'no').map((role) => [role.role, role.due]));
}

describe('the status of a feed', () => {
  it('says who has signed, and who could', async () => {
    const { folder } = await publishedCeremony();
    const [root, targets] = feedStatus(folder).roles;
    expect(targets).toMatchObject({ role: 'targets', version: 2, threshold: 3, documents: 1 });
    const signed = targets?.holders.map(({ holder, signed }) => `${holder} ${signed}`);
    expect(signed).toEqual(['anna true', 'bert true', 'carla true', 'dirk false', 'eva false']);
    expect(root?.documents).toBeUndefined();
  });

  it('warns before something runs out, in time for those who have to sign', async () => {
    const { folder } = await publishedCeremony();
    expect(due(folder, 2)).toEqual({});
    expect(due(folder, 4)).toEqual({ timestamp: 'soon' });
    expect(due(folder, 8)).toEqual({ timestamp: 'expired' });
    expect(due(folder, 11)).toEqual({ timestamp: 'expired', snapshot: 'soon' });
    expect(due(folder, 151)).toEqual({ timestamp: 'expired', snapshot: 'expired', targets: 'soon' });
    expect(due(folder, 306)).toMatchObject({ root: 'soon', targets: 'expired' });
  });

  it('says what awaits whose signature, and what can be published no more', async () => {
    const made = await publishedCeremony();
    await addTarget(made.folder, 'b.xml', Buffer.from('<b/>'));
    const { proposal, id } = await proposeFeed(made.folder, {});
    const signatures = await made.sign(proposal, made.five.slice(3));
    await expect(publishFeed(made.folder, { passphrase, signatures })).rejects.toMatchObject({
      code: 'signatures-missing',
    });
    const [state] = feedStatus(made.folder).proposals;
    expect(state).toMatchObject({ id, stale: false, roles: ['targets'] });
    expect(state?.needs).toMatchObject([{ signed: ['dirk', 'eva'], missing: ['anna', 'bert', 'carla'], threshold: 3 }]);
    const later = testClock(Date.now() + 200 * day);
    expect(feedStatus(made.folder, systemFiles, later).proposals).toMatchObject([{ id, stale: true }]);
  });
});
