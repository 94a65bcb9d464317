/** Tells the process that started this one, where it listens (`npm start` does). */
export function tellParent(message: { readonly ready: string }): void {
  process.send?.(message);
}

/** A service that another process of ours started ends with it, however that one ends. */
export function endWithParent(stopping: AbortController): void {
  if (process.send) process.on('disconnect', () => stopping.abort());
}

/** Resolves when `signal` aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** What becomes of Ctrl-C and SIGTERM. */
export interface Interruption {
  /** `at`: milliseconds since an arbitrary start. */
  on(signal: 'SIGINT' | 'SIGTERM', at: number): void;
  /** The signal, for a command that ends by itself when it aborts. */
  heeded(): AbortSignal;
}

/** A second Ctrl-C within this many milliseconds is the same one: terminal and parent may both pass it on. */
const sameMs = 500;

/**
 * A command that asked for the signal ends what is under way by itself; any other ends at once, as does the former on a second
 * Ctrl-C. `end` is given 128 and the number of the signal, as shells have it.
 */
export function interruptible(stopping: AbortController, end: (code: number) => void): Interruption {
  let asked = false;
  let first: number | undefined;
  return {
    heeded() {
      asked = true;
      return stopping.signal;
    },
    on(signal, at) {
      const again = signal === 'SIGINT' && first !== undefined && at - first > sameMs;
      if (!asked || again) end(signal === 'SIGINT' ? 130 : 143);
      first ??= at;
      stopping.abort();
    },
  };
}
