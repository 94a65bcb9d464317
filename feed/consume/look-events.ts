import { Trouble } from '../trouble.ts';

/** However large the crowd is said to be, a look is put off no longer than this. */
const longestSpreadMs = 10_000;
/** A line of an event stream is a word and a number. */
const maxLineBytes = 1024;

/** A hint as it was heard. */
export interface LookEvent {
  name: string;
  id: string;
  /** The time over which the server would like looks to be spread. */
  spreadMs: number;
}

const newEvent = (): LookEvent => ({ name: '', id: '', spreadMs: 0 });

/** The `look` events of a stream (HTML standard, 9.2.6). Throws `Trouble` `content` when a line is longer than any of ours. */
export async function* lookEvents(stream: AsyncIterable<Uint8Array>): AsyncGenerator<LookEvent> {
  let rest = '';
  let event = newEvent();
  for await (const chunk of stream) {
    // A CR at the very end may be half of a CR LF: it waits for what comes next.
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > maxLineBytes) throw new Trouble('content', 'the push channel sends more than hints');
    for (const line of lines) {
      if (line.startsWith('event:')) event.name = line.slice(6).trim();
      else if (line.startsWith('id:')) event.id = line.slice(3).trim().slice(0, 40);
      else if (line.startsWith('spread:')) event.spreadMs = spreadIn(line.slice(7));
      else if (line === '') {
        if (event.name === 'look') yield event;
        event = newEvent();
      }
    }
  }
}

function spreadIn(said: string): number {
  const ms = Number(said);
  return ms > 0 ? Math.min(ms, longestSpreadMs) : 0;
}
