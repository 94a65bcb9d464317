import { describe, expect, it } from 'vitest';
import { interruptible } from './service.ts';

function make() {
  const ended: number[] = [];
  const stopping = new AbortController();
  return { ended, stopping, interruption: interruptible(stopping, (code) => ended.push(code)) };
}

describe('Ctrl-C', () => {
  it('ends a command at once that has nothing to end by itself', () => {
    const { ended, interruption } = make();
    interruption.on('SIGINT', 0);
    interruption.on('SIGTERM', 0);
    expect(ended).toEqual([130, 143]);
  });

  it('is left to a command that asked for it, and ends that one only when it comes again', () => {
    const { ended, stopping, interruption } = make();
    expect(interruption.heeded().aborted).toBe(false);
    interruption.on('SIGINT', 1000);
    expect(stopping.signal.aborted).toBe(true);
    interruption.on('SIGINT', 1400);
    interruption.on('SIGTERM', 9000);
    expect(ended).toEqual([]);
    interruption.on('SIGINT', 1600);
    expect(ended).toEqual([130]);
  });
});
