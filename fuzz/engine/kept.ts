import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, '..');

/** Inputs kept in the repository, one JSON string a line, a character a byte. */
export function readCorpus(target: string): readonly Buffer[] {
  return linesOf(corpusFile(target)).map((line) => Buffer.from(String(JSON.parse(line)), 'latin1'));
}

/** Replaces a target's corpus; sorted, so that a change shows as one. */
export function writeCorpus(target: string, corpus: readonly Buffer[]): void {
  const lines = corpus.map((input) => JSON.stringify(input.toString('latin1')));
  lines.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  writeFileSync(corpusFile(target), `${lines.join('\n')}\n`);
}

/** An input that once did what none must do, kept so that it never does again. */
export interface FoundInput {
  readonly input: Buffer;
  /** What it did, and when that was mended. */
  readonly why: string;
}

/** `found/<target>.jsonl`: one `{ "why": …, "input": … }` a line; `times` repeats the input, for long ones. */
export function readFound(target: string): readonly FoundInput[] {
  return linesOf(path.join(folder, 'found', `${target}.jsonl`)).map((line) => {
    const { why, input, times = 1 }: { why: string; input: string; times?: number } = JSON.parse(line);
    return { why, input: Buffer.from(input.repeat(times), 'latin1') };
  });
}

function corpusFile(target: string): string {
  return path.join(folder, 'corpus', `${target}.jsonl`);
}

function linesOf(file: string): readonly string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
