import path from 'node:path';
import type { Disk, Ownership, Standing } from '../disk.ts';

/** A disk in memory; for tests. Everything on it belongs to root, unless `owners` says otherwise. */
export class MemoryDisk implements Disk {
  readonly things = new Map<string, Standing>();
  readonly owners = new Map<string, Ownership>();
  /** Paths at which writing fails. */
  readonly failing = new Set<string>();

  look(file: string): Standing {
    const thing = this.things.get(file) ?? { kind: 'nothing' };
    if (thing.kind !== 'folder') return thing;
    const inside = [...this.things.keys()].filter((other) => path.dirname(other) === file && other !== file);
    return { ...thing, names: inside.map((other) => path.basename(other)) };
  }

  ownership(file: string): Ownership | undefined {
    return this.owners.get(file) ?? { uid: 0, gid: 0, mode: 0o755 };
  }

  below(folder: string): readonly (Ownership & { readonly path: string })[] {
    return [...this.owners].flatMap(([file, owner]) =>
      file.startsWith(`${folder}/`) ? [{ path: file, ...owner }] : [],
    );
  }

  realPath(file: string): string {
    return file;
  }

  makeFolder(folder: string, mode: number): void {
    this.#put(folder, { kind: 'folder', mode, names: [] });
  }

  write(file: string, text: string, mode: number): void {
    this.#put(file, { kind: 'file', mode, text });
  }

  link(file: string, target: string): void {
    this.#put(file, { kind: 'link', target });
  }

  remove(file: string): void {
    this.things.delete(file);
  }

  removeFolder(folder: string, whole: boolean): boolean {
    const inside = [...this.things.keys()].filter((file) => file.startsWith(`${folder}/`));
    if (!whole && inside.length > 0) return false;
    for (const file of [folder, ...inside]) this.things.delete(file);
    return true;
  }

  /** Every path with what is there, for comparison. */
  snapshot(): readonly string[] {
    return [...this.things].map(([file, thing]) => `${file} ${JSON.stringify(thing)}`).sort();
  }

  #put(file: string, thing: Standing): void {
    if (this.failing.has(file)) throw new Error(`no space left for ${file}`);
    this.things.set(file, thing);
  }
}
