import { describe, expect, it } from 'vitest';
import type { Context } from '../context.ts';
import { farewellText, goOnWhenInterrupted } from './agree.ts';

describe('before the agent is taken away', () => {
  it('is said what is in force, and what becomes of it', () => {
    expect(farewellText({ held: ['A', 'B'], keep: false })).toMatch(
      /in force: A, B\n.*taken off.*open to these attacks/,
    );
    expect(farewellText({ held: ['A'], keep: true })).toMatch(/in force: A\n.*stay in force/);
    expect(farewellText({ held: [], keep: false })).toContain('no mitigation is in force');
  });

  it('is not said that nothing is in force where the journal cannot say so', () => {
    for (const keep of [true, false])
      expect(farewellText({ held: [], keep, unsure: true })).not.toContain('no mitigation is in force');
    expect(farewellText({ held: [], keep: true, unsure: true })).toContain('stays in force');
  });

  it('goes on when it is interrupted, and says what a second Ctrl-C leaves behind', () => {
    const stopping = new AbortController();
    let asked = 0;
    let told = '';
    const context = {
      get signal() {
        asked += 1;
        return stopping.signal;
      },
      tell: (text: string) => {
        told += text;
      },
    } as unknown as Context;
    goOnWhenInterrupted(context, 'systemctl start stopgap');
    // Whoever asks for the signal is not ended by it: see `interruptible`.
    expect([asked, told]).toEqual([1, '']);
    stopping.abort();
    expect(told).toContain('systemctl start stopgap');
  });
});
