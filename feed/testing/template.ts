import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inMemory } from '@stopgap/machine/testing';
import { temporaryFolder } from './temporary.ts';

/** A file or a folder of the template, below it. */
interface Kept {
  readonly name: string;
  readonly mode: number;
  /** Undefined for a folder. */
  readonly bytes: Buffer | undefined;
}

/**
 * Makes something in a folder once, and gives each test a copy of its own: keys are slow to make. What was made is kept
 * in memory, so that it serves all files of tests that a worker runs, and nothing is left when the worker ends.
 */
export function template<T>(make: (folder: string) => Promise<T>): () => Promise<{ folder: string; made: T }> {
  let once: Promise<{ kept: readonly Kept[]; made: T }> | undefined;
  return async () => {
    once ??= keep(make);
    const { kept, made } = await once;
    const folder = path.join(temporaryFolder(), 'feed');
    mkdirSync(folder);
    for (const one of kept) write(folder, one);
    return { folder, made };
  };
}

async function keep<T>(make: (folder: string) => Promise<T>): Promise<{ kept: readonly Kept[]; made: T }> {
  const parent = mkdtempSync(path.join(inMemory, 'stopgap-feed-template-'));
  try {
    const folder = path.join(parent, 'feed');
    const made = await make(folder);
    return { kept: readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => read(folder, name)), made };
  } finally {
    rmSync(parent, { recursive: true });
  }
}

function read(folder: string, name: string): Kept {
  const file = path.join(folder, name);
  const stat = statSync(file);
  return { name, mode: stat.mode & 0o7777, bytes: stat.isFile() ? readFileSync(file) : undefined };
}

function write(folder: string, { name, mode, bytes }: Kept): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  if (bytes) writeFileSync(file, bytes);
  else mkdirSync(file, { recursive: true });
  chmodSync(file, mode);
}
