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
