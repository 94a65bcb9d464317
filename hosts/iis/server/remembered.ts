import type { Shelf } from './shelf.ts';

/** What of ours earlier looks of this process found in files, for those that cannot be read now: another program has them open, say. */
export class Remembered {
  readonly #marked = new Map<string, readonly string[]>();

  /** Notes what a look has found. */
  note(shelf: Shelf): void {
    for (const { path, markedFor } of shelf.all) {
      if (markedFor.length > 0) this.#marked.set(path, markedFor);
      else this.#marked.delete(path);
    }
  }

  /** Ids of the mitigations of which something was in a file when it was last read. */
  markedFor(path: string): readonly string[] {
    return this.#marked.get(path) ?? [];
  }
}
