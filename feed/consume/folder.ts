import path from 'node:path';
import { type Files, systemFolders } from '@stopgap/machine';
import { sweepFolder } from '../sweep.ts';

/**
 * Where a reader keeps what it trusts: `root.json`, `timestamp.json`, `snapshot.json`, `targets.json` and delegated
 * roles; `documents/<sha256>`; `current.json` (the version that is whole); `clock.json`; `enrolled.json`.
 */
export interface TrustFolder {
  read(name: string, maxBytes: number): Buffer | undefined;
  write(name: string, bytes: Uint8Array | string): void;
  remove(name: string): void;
  /** Names in `documents`. */
  documents(): readonly string[];
  /** Removes what a write leaves behind when the machine is cut off in the middle of it. */
  tidy(): void;
}

/** On disk, through the durable writer. */
export function trustFolder(folder: string, files: Files): TrustFolder {
  const place = (name: string) => path.join(folder, name);
  return {
    read: (name, maxBytes) => files.read(place(name), maxBytes)?.bytes,
    write: (name, bytes) => {
      files.makeFolder(path.dirname(place(name)));
      files.write(place(name), bytes);
    },
    remove: (name) => files.remove(place(name)),
    documents: () => systemFolders.list(place('documents')) ?? [],
    tidy: () => {
      for (const name of ['.', 'documents', 'roles']) sweepFolder(place(name), files);
    },
  };
}

/** Reads through to another folder and keeps what is written in memory: for trying without changing anything. */
export function scratchOver(folder: TrustFolder): TrustFolder {
  const written = new Map<string, Buffer | undefined>();
  return {
    read: (name, maxBytes) => (written.has(name) ? written.get(name) : folder.read(name, maxBytes)),
    write: (name, bytes) => {
      written.set(name, Buffer.from(bytes));
    },
    remove: (name) => {
      written.set(name, undefined);
    },
    documents: () => [],
    tidy: () => {},
  };
}
