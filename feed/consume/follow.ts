import type { Clock } from '@stopgap/machine';
import { troubleOf } from '../trouble.ts';
import type { FeedConfig, FeedDeps } from './config.ts';
import { connectFeed } from './connection.ts';
import { defaultLimits } from './limits.ts';
import { lookEvents } from './look-events.ts';

/** Hints closer together than this become one. */
const leastGapMs = 1000;
/** The server sends something at least every 25 s; after this long without a byte the stream is dead. */
const silenceMs = 80_000;
/** Waits between attempts: the first, and the longest. */
const firstWaitMs = 1000;
const longestWaitMs = 60_000;
/** Where there is no push channel (plain file hosting), it is tried again this seldom. */
const noChannelWaitMs = 3_600_000;

/**
 * Listens to a feed's `/events` until `signal` aborts and calls `onHint` for each new version, at once for the first and
 * not more than once a second. A hint carries no trust: it makes the agent look sooner, nothing else.
 */
export async function followHints(
  config: FeedConfig,
  deps: Required<FeedDeps>,
  onHint: () => void,
  signal: AbortSignal,
): Promise<void> {
  const hint = coalesce(deps.clock, leastGapMs, onHint, signal);
  const seen: Seen = { id: '', lost: false };
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const outcome = await listenOnce(config, deps, seen, hint, signal);
    if (outcome.heard) attempt = 0;
    if (signal.aborted) return;
    const wait = outcome.channel ? Math.max(backOff(attempt), outcome.comeBackMs) : noChannelWaitMs;
    deps.log.debug('the push channel is down', {
      feed: config.name,
      reason: outcome.reason,
      retryMs: Math.round(wait),
    });
    await deps.clock.sleep(wait, signal).catch(() => {});
  }
}

/** What is known of the push channel. */
interface Seen {
  /** The version hinted at last. */
  id: string;
  /** The feed could not be reached meanwhile: now that it can, it is worth a look whatever its version. */
  lost: boolean;
}

interface Outcome {
  readonly heard: boolean;
  readonly channel: boolean;
  readonly reason: string;
  /** How long the server asks to be left alone; 0 where it says nothing. */
  readonly comeBackMs: number;
}

async function listenOnce(
  config: FeedConfig,
  deps: Required<FeedDeps>,
  seen: Seen,
  hint: Hint,
  signal: AbortSignal,
): Promise<Outcome> {
  let heard = false;
  let close = () => {};
  const stop = new AbortController();
  const leave = () => stop.abort();
  try {
    const { http } = connectFeed(config, deps, { ...defaultLimits, ...config.limits });
    close = () => http.close();
    signal.addEventListener('abort', leave, { once: true });
    const answer = await http.open('events', { accept: 'text/event-stream' }, stop, silenceMs);
    const isStream = answer.headers['content-type']?.startsWith('text/event-stream') === true;
    if (answer.statusCode !== 200 || !isStream) {
      answer.destroy();
      const channel = (answer.statusCode ?? 0) >= 500;
      seen.lost = channel;
      const comeBackMs = spread(answer.headers['retry-after']);
      return { heard, channel, reason: `status ${answer.statusCode}, no event stream`, comeBackMs };
    }
    for await (const { id, spreadMs } of lookEvents(answer)) {
      heard = true;
      if (id !== seen.id || seen.lost) hint(spreadMs);
      Object.assign(seen, { id, lost: false });
    }
    return { heard, channel: true, reason: 'the stream ended', comeBackMs: 0 };
  } catch (error) {
    seen.lost = true;
    return { heard, channel: true, reason: troubleOf(stop.signal.reason ?? error).reason, comeBackMs: 0 };
  } finally {
    signal.removeEventListener('abort', leave);
    stop.abort();
    close();
  }
}

/** Full jitter: a feed that comes back is not met by everybody at once. */
function backOff(attempt: number): number {
  return firstWaitMs / 2 + Math.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(attempt, 10));
}

/** What `Retry-After` asks for (RFC 9110, section 10.2.3; seconds), within an hour, and up to half as much more. */
function spread(retryAfter: string | undefined): number {
  const seconds = /^\d{1,9}$/.test(retryAfter ?? '') ? Number(retryAfter) : 0;
  return Math.min(seconds * 1000 * (1 + Math.random() / 2), noChannelWaitMs);
}

/** Something is new; to be looked at within `spreadMs`, at a moment of one's own choice. */
type Hint = (spreadMs: number) => void;

/**
 * Lets the first hint through, at once or spread as asked, and joins those that come within `gapMs` into one at its end.
 * There is never more than one timer, however many hints a server sends.
 */
function coalesce(clock: Clock, gapMs: number, call: () => void, signal: AbortSignal): Hint {
  let quietUntil = Number.NEGATIVE_INFINITY;
  let waiting = false;
  const fire = () => {
    quietUntil = clock.elapsed() + gapMs;
    call();
  };
  return (spreadMs) => {
    if (waiting) return;
    const wait = Math.max(quietUntil - clock.elapsed(), Math.random() * spreadMs);
    if (wait <= 0) return fire();
    waiting = true;
    clock.sleep(wait, signal).then(
      () => {
        waiting = false;
        fire();
      },
      () => {},
    );
  };
}
