import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { httpBlocks, serverBlocks } from '../syntax/blocks.ts';
import { readTree } from '../syntax/read-tree.ts';
import { corpus } from '../testing/corpus.ts';
import { type LaidOut, layOut } from '../testing/lay-out.ts';
import { editLines, stripLines } from './edit.ts';
import { placeLines } from './placement.ts';

const both = ['http', 'server'];
let edits = 0;

/** Puts our lines in (or takes them out of) all files, and answers which files changed. */
function bring(at: LaidOut, kinds: readonly string[]): readonly string[] {
  const { source } = at;
  const { edits: found } = placeLines(readTree(source), { kinds, folder: source.folder, sites: undefined });
  for (const edit of found) {
    const text = editLines(edit.file.text, edit, source.folder);
    source.files.write(edit.file.path, Buffer.from(text, 'latin1'));
    edits++;
  }
  return found.map(({ file }) => path.relative(at.root, file.path));
}

describe('our lines in every configuration of the corpus', () => {
  afterAll(() => console.log(`hosts/nginx: ${corpus.length} configurations, ${edits} files edited and restored`));

  it('has at least 45 configurations, each with a name of its own', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(45);
    expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
  });

  it.each(corpus)('go in, stay, and come out again: $name', (one) => {
    const at = layOut(one);
    try {
      const before = at.snapshot();
      const tree = readTree(at.source);
      const originals = new Map([...tree.files.values()].map((file) => [file.path, file.text]));
      expect(httpBlocks(tree)).toHaveLength(one.http);
      expect(serverBlocks(tree)).toHaveLength(one.servers);

      expect(new Set(bring(at, both))).toEqual(new Set(one.edited));
      const within = readTree(at.source);
      const standing = placeLines(within, { kinds: both, folder: at.source.folder, sites: undefined });
      expect(standing).toMatchObject({ edits: [], standing: one.http + one.servers, without: [], stray: 0 });
      expect(bring(at, both)).toEqual([]);

      for (const file of within.files.values()) {
        expect(stripLines(file.text, at.source.folder)).toBe(originals.get(file.path));
      }
      expect(new Set(bring(at, []))).toEqual(new Set(one.edited));
      expect(at.snapshot()).toEqual(before);
      expect(bring(at, [])).toEqual([]);
    } finally {
      at.remove();
    }
  });
});
