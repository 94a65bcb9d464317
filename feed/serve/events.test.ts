import { describe, expect, it, onTestFinished } from 'vitest';
import { type EventStream, eventListeners } from './events.ts';
import { paceOf } from './pace.ts';
import { hintsAtOnce, roomIn } from './room.ts';

/** A stream that only notes what is written. */
function notedStream(told: string[]): EventStream {
  const nothing = () => {};
  return {
    writableLength: 0,
    writeHead: nothing,
    flushHeaders: nothing,
    write: (bytes) => told.push(String(bytes)),
    destroy: nothing,
    on: nothing,
  };
}

describe('a crowd of listeners', () => {
  it('tells a large crowd part by part, each to come before the next is told, and nobody twice', () => {
    const told: string[] = [];
    const listeners = eventListeners(1);
    for (let count = 0; count < 600; count += 1) listeners.add(notedStream(told));
    const hint = (version: number, spread = 'spread: 100\n') =>
      `event: look\nid: ${version}\n${spread}data: ${version}\n\n`;
    listeners.tell(250);
    expect(listeners.waiting).toBe(350);
    expect(told.splice(0)).toEqual(Array.from({ length: 250 }, () => hint(1)));
    listeners.tell(1000);
    expect(listeners.waiting).toBe(0);
    expect(told.splice(0)).toEqual(Array.from({ length: 350 }, () => hint(1, '')));
    listeners.tell(250);
    expect(told).toEqual([]);
  });

  it('begins, when a version comes while others are still told of the one before, with those who have waited longest', () => {
    const told: string[][] = [[], [], []];
    const listeners = eventListeners(1);
    for (const one of told) listeners.add(notedStream(one));
    listeners.tell(3);
    listeners.announce(2);
    listeners.tell(1);
    listeners.announce(3);
    listeners.tell(2);
    expect(told.map((one) => one.length)).toEqual([2, 2, 2]);
    listeners.tell(1);
    expect(told.map((one) => one.at(-1)?.includes('id: 3'))).toEqual([true, true, true]);
  });

  it('keeps listeners alive, a part at a time', () => {
    const told: string[] = [];
    const listeners = eventListeners(1);
    for (let count = 0; count < 5000; count += 1) listeners.add(notedStream(told));
    listeners.keepAlive();
    expect(told).toEqual(Array.from({ length: 200 }, () => ':\n\n'));
  });

  it('tells fewer at a time the more are fetching, and never nobody', () => {
    const room = roomIn(19_500);
    expect(room).toEqual({ listeners: 18_037, fetching: 1463 });
    const idle = { fetching: 0, parts: 0, told: 0, came: 0 };
    const atOnce = [0, 300, 480, 1400, 5000].map((fetching) => hintsAtOnce({ ...idle, fetching }, room));
    expect(atOnce).toEqual([350, 188, 8, 5, 5]);
    expect([0, 1].map((fetching) => hintsAtOnce({ ...idle, fetching }, roomIn(2)))).toEqual([1, 1]);
  });

  it('reckons with those who were told and have not come yet, unless nobody comes here to fetch', () => {
    const room = roomIn(19_500);
    const next = (fetching: number, told: number, came: number, parts = 300) =>
      hintsAtOnce({ fetching, parts, told, came }, room);
    expect(next(10, 1000, 600)).toBe(78);
    expect(next(10, 5000, 600)).toBe(5);
    expect(next(100, 5000, 4990)).toBe(350);
    expect(next(10, 5000, 9000)).toBe(350);
    expect(next(0, 480, 0, 2)).toBe(8);
    expect(next(0, 480, 0, 20)).toBe(350);
  });

  it('goes on telling until nobody waits, however busy it is', async () => {
    const told: string[] = [];
    const listeners = eventListeners(1);
    const pace = paceOf(listeners, roomIn(19_500), () => ({ open: 1463, came: 0 }));
    onTestFinished(() => pace.stop());
    for (let count = 0; count < 12; count += 1) listeners.add(notedStream(told));
    pace.go();
    expect(told).toHaveLength(5);
    await expect.poll(() => told.length, { timeout: 15_000 }).toBe(12);
  });
});
