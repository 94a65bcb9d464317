import { type LookEvent, lookEvents } from '../../feed/consume/look-events.ts';
import { Trouble } from '../../feed/trouble.ts';
import { must, mustEqual } from '../engine/check.ts';
import type { OpenTarget } from '../engine/target.ts';

/** The hints heard do not depend on how the stream is cut up, as long as no line is too long; their parts are within bounds. */
export function openPush(): OpenTarget {
  return {
    seeds: [
      'retry: 1000\n\nevent: look\nid: 7\nspread: 2000\n\n: keep\n\n',
      'event:look\r\nid:x\r\n\r\nevent: other\r\rid: 1\n\n',
      'event: look\nspread: -1\nspread: 1e9\nspread: NaN\n\n',
    ],
    words: ['event: look\n', 'id: ', 'spread: ', '\r\n\r\n', '\n\n', ': '],
    most: 16 * 1024,
    run: async (input) => {
      const whole = await heard([input]);
      const cut = await heard(pieces(input));
      if (whole === undefined || cut === undefined) return 'refused';
      mustEqual(cut, whole, 'in pieces it says something else');
      for (const { id, spreadMs } of whole)
        must(id.length <= 40 && spreadMs >= 0 && spreadMs <= 10_000, `out of bounds: ${id} ${spreadMs}`);
      return whole.length > 0 ? 'accepted' : 'refused';
    },
  };
}

/** Every byte of the first hundred by itself, then pieces of a few bytes that grow with the input: a hundred and some more. */
function pieces(input: Buffer): readonly Buffer[] {
  const length = Math.max(3, Math.ceil(input.length / 97));
  const found: Buffer[] = [];
  for (let at = 0; at < input.length; ) {
    const end = at + (at < 100 ? 1 : length);
    found.push(input.subarray(at, end));
    at = end;
  }
  return found;
}

async function heard(pieces: readonly Buffer[]): Promise<readonly LookEvent[] | undefined> {
  const events: LookEvent[] = [];
  try {
    for await (const event of lookEvents(stream(pieces))) events.push({ ...event });
    return events;
  } catch (error) {
    if (error instanceof Trouble) return undefined;
    throw error;
  }
}

async function* stream(pieces: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
