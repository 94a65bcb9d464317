import { serverBlocks } from '../syntax/blocks.ts';
import { everyStatement } from '../syntax/statements.ts';
import type { ConfigFile, ConfigTree } from '../syntax/tree.ts';
import type { LineEdit } from './edit.ts';
import { type LineKind, lineKind } from './include-line.ts';
import { httpSpots, inheritedSpots, type Spot, serverSpots } from './spots.ts';

/** What is to become of our lines in a whole configuration. */
export interface Placement {
  /** Files in which something is to change, in nginx's order of reading. */
  readonly edits: readonly FileEdit[];
  /** Lines that stand where they should. */
  readonly standing: number;
  /** Blocks without their line, by title. */
  readonly without: readonly string[];
  /** Lines that stand where they should not. */
  readonly stray: number;
}

/** What is to become of our lines in one file. */
export interface FileEdit extends LineEdit {
  readonly file: ConfigFile;
  /** Titles of the blocks that get a line. */
  readonly blocks: readonly string[];
  /** Kinds of the lines that go. */
  readonly removed: readonly LineKind[];
}

export interface PlacementWish {
  /** The lines that are wanted, by kind; none: all go. */
  readonly kinds: readonly LineKind[];
  readonly folder: string;
  /** Server names to protect; `undefined`: all. */
  readonly sites: readonly string[] | undefined;
}

/** Where our lines have to stand, against where they do. Pure. */
export function placeLines(tree: ConfigTree, wish: PlacementWish): Placement {
  const spots = spotsFor(tree, wish);
  const kept = new Set(spots.flatMap(({ keeper }) => keeper ?? []));
  const open = spots.filter(({ keeper }) => !keeper);
  const edits = [...tree.files.values()].map((file): FileEdit => {
    const insert = open.filter((spot) => spot.file === file);
    const ours = [...everyStatement(file.statements)].filter((one) => lineKind(one, file.text, wish.folder));
    const remove = ours.filter((one) => !kept.has(one));
    const removed = remove.flatMap((one) => lineKind(one, file.text, wish.folder) ?? []);
    return { file, insert, remove, removed, blocks: insert.map(({ title }) => title) };
  });
  return {
    edits: edits.filter(({ insert, remove }) => insert.length + remove.length > 0),
    standing: kept.size,
    without: open.map(({ title }) => title),
    stray: edits.reduce((sum, { remove }) => sum + remove.length, 0),
  };
}

/** Of the lines that go in at one place, the last one comes to stand first: that of `server` must. */
function spotsFor(tree: ConfigTree, { kinds, folder, sites }: PlacementWish): readonly Spot[] {
  const servers = serverBlocks(tree);
  return [
    ...(kinds.includes('http') ? httpSpots(tree, folder) : []),
    ...kinds
      .filter((kind) => kind !== 'http' && kind !== 'server')
      .flatMap((kind) => inheritedSpots(tree, servers, kind, folder, sites)),
    ...(kinds.includes('server') ? serverSpots(servers, folder, sites) : []),
  ];
}
