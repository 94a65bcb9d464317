import { describe, expect, it } from 'vitest';
import { isPlainPattern, mostEntries } from '../consume/bounds.ts';
import { defaultLimits } from '../consume/limits.ts';
import { holder, publishedCeremony } from '../testing/ceremony.ts';
import { roleOf } from '../testing/role-of.ts';
import { refuseWholeForReaders } from './for-readers.ts';
import { proposeFeed } from './index.ts';

const beyond = (reason: RegExp) => ({ code: 'beyond-readers', message: expect.stringMatching(reason) });
const delegated = async (plan: { holders?: number; paths?: readonly string[]; role?: string }) => {
  const { folder } = await publishedCeremony();
  const holders = Array.from({ length: plan.holders ?? 1 }, (_, n) => holder(`holder-${n}`));
  const role = { keys: holders.map(({ key }) => key), threshold: 1, paths: plan.paths ?? ['web/*', 'log/web/*'] };
  return proposeFeed(folder, { delegate: { role: plan.role ?? 'web', plan: role }, holders, withoutStaged: true });
};

describe('what readers would refuse is refused before anybody signs it, with what to do instead', () => {
  it.each(['{1..1000000}', '+(a|+(a|aa))', '!x', '*a*b*c*d', `${'x'.repeat(257)}`])(
    'a delegation of %s',
    async (path) => {
      expect(isPlainPattern(path)).toBe(false);
      await expect(delegated({ paths: [path] })).rejects.toMatchObject(
        beyond(
          /^readers would refuse this: targets delegates .* to web; .*stars in a part; give it another path or name$/,
        ),
      );
    },
  );

  it.each(['a'.repeat(61), '7'])('a role called %s', async (role) => {
    await expect(delegated({ role })).rejects.toMatchObject(beyond(/; give it another path or name$/));
  });

  it('more keys than are read', async () => {
    await expect(delegated({ holders: mostEntries.keys + 1 })).rejects.toMatchObject(
      beyond(/targets\.json has 257 entries under "keys" and 256 are the most read; .*let fewer holders sign$/),
    );
  });

  it('more delegated roles than are read', () => {
    const roles = (count: number) =>
      new Map(Array.from({ length: count + 1 }, (_, n) => [n === 0 ? 'targets' : `r${n}`, roleOf(1, `r${n}/`).signed]));
    refuseWholeForReaders(roles(defaultLimits.delegations));
    expect(() => refuseWholeForReaders(roles(defaultLimits.delegations + 1))).toThrow(
      /33 delegated roles and 32 are the most read; take one away first \(stopgap feed delegate DIR ROLE --remove\)/,
    );
  });
});
