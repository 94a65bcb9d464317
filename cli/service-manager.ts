import type { Clock, Commands, Log } from '@stopgap/machine';

/** Whoever has started this process as a service and wants to hear of it. */
export interface ToldManager {
  /** Says that the service is ready, and from then on that it is alive, until `signal` aborts. Comes back at once. */
  ready(signal: AbortSignal): void;
}

interface Tools {
  readonly commands: Commands;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * systemd, where it has given this process a socket to report on (sd_notify(3)); else nobody. Messages go through
 * `systemd-notify`, as Node has no datagrams on such sockets. One that does not arrive is logged: systemd then does what its unit says.
 */
export function serviceManagerOf(env: Readonly<Record<string, string | undefined>>, tools: Tools): ToldManager {
  const socket = env.NOTIFY_SOCKET;
  if (socket === undefined || socket === '') return { ready: () => {} };
  const tell = (message: string) => notify(socket, message, tools);
  const everyMs = Number(env.WATCHDOG_USEC ?? 0) / 1000 / 3;
  return {
    ready: (signal) => {
      void tell('READY=1').then(() => (everyMs >= 1000 ? keepAlive(everyMs, tell, signal, tools) : undefined));
    },
  };
}

async function keepAlive(
  everyMs: number,
  tell: (message: string) => Promise<void>,
  signal: AbortSignal,
  { clock }: Tools,
): Promise<void> {
  while (!signal.aborted) {
    await tell('WATCHDOG=1');
    await clock.sleep(everyMs, signal).catch(() => {});
  }
}

async function notify(socket: string, message: string, { commands, log }: Tools): Promise<void> {
  try {
    const env = { NOTIFY_SOCKET: socket };
    const { code, stderr } = await commands.run('systemd-notify', [message], { env, timeoutMs: 10_000 });
    if (code !== 0) log.warn('systemd does not take a message', { message, why: stderr.trim() });
  } catch (error) {
    log.warn('systemd cannot be told', { message, why: error instanceof Error ? error.message : String(error) });
  }
}
