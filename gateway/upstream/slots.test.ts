import { describe, expect, it } from 'vitest';
import { Slots } from './slots.ts';

describe('slots', () => {
  const user = (name: string, order: string[]) => ({ start: () => void order.push(name) });

  it('are given in the order in which they were asked for, and never to more than there are', () => {
    const order: string[] = [];
    const slots = new Slots(2);
    for (const name of ['a', 'b', 'c', 'd']) slots.enter(user(name, order));
    expect([order, slots.waiting]).toEqual([['a', 'b'], 2]);
    slots.release();
    expect([order, slots.waiting]).toEqual([['a', 'b', 'c'], 1]);
  });

  it('are not kept for one that no longer waits', () => {
    const order: string[] = [];
    const slots = new Slots(1);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => user(name, order));
    for (const one of [a, b, c]) if (one) slots.enter(one);
    if (a && b) for (const one of [a, b]) slots.forget(one);
    slots.release();
    expect([order, slots.waiting]).toEqual([['a', 'c'], 0]);
  });

  it('go through a hundred thousand that give them back at once', () => {
    const slots = new Slots(1);
    let started = 0;
    slots.enter({ start: () => {} });
    for (let n = 0; n < 100_000; n++)
      slots.enter({
        start: () => {
          started++;
          slots.release();
        },
      });
    slots.release();
    expect(started).toBe(100_000);
  });
});
