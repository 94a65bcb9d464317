import { describe, expect, it } from 'vitest';
import { mostEntries } from '../consume/bounds.ts';
import { defaultLimits } from '../consume/limits.ts';
import { roleOf } from '../testing/role-of.ts';
import { refuseForReaders, refuseWholeForReaders } from './for-readers.ts';
import { metadataBytes } from './metadata.ts';

describe('what readers would refuse is refused before anybody signs it, with what to do instead', () => {
  it('more documents in one role, or in all of them, than are read', () => {
    refuseForReaders('web', roleOf(mostEntries.targets), 3);
    expect(() => refuseForReaders('web', roleOf(mostEntries.targets + 1), 3)).toThrow(
      /web\.json has 1501 entries under "targets" and 1500 are the most read; give a part of its documents to a role of its own/,
    );
    const roles = (count: number) =>
      new Map(Array.from({ length: count }, (_, n) => [`r${n}`, roleOf(1000, `r${n}/`).signed]));
    refuseWholeForReaders(roles(5));
    expect(() => refuseWholeForReaders(roles(6))).toThrow(/has 6000 documents and 5000 are the most taken; take away/);
  });

  it('a role whose file would be longer than is read, with all signatures that it may bear', () => {
    const long = roleOf(mostEntries.targets, 'x'.repeat(1400));
    expect(() => refuseForReaders('web', long, 3)).toThrow(
      /web\.json would have up to \d+ bytes and 2097152 are the most read/,
    );
    const { length } = metadataBytes(roleOf(mostEntries.targets));
    const signers = Math.ceil((defaultLimits.targetsBytes - length) / 512);
    expect(() => refuseForReaders('web', roleOf(mostEntries.targets), signers + 1)).toThrow(/would have up to/);
  });
});
