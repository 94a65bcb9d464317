import { describe, expect, it } from 'vitest';
import { parseFailureActions } from './recovery.ts';

describe('recovery actions in the registry', () => {
  it.each([
    // As `reg query` prints what `sc failure X reset= 86400 actions= restart/60000/reboot/60000/""/0` has set.
    ['80510100000000000000000003000000140000000100000060EA00000200000060EA00000000000000000000', 2],
    ['80510100000000000000000000000000140000000', 0],
    ['8051010000000000000000000000000014000000', 0],
    ['80510100000000000000000009000000140000000300000001000000', 1],
    ['nothing', 0],
    ['', 0],
  ])('%s: %i of them', (data, count) => {
    expect(parseFailureActions(data)).toHaveLength(count);
  });
});
