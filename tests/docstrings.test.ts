import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Exported, exportsOf, passedOn } from './exports.ts';
import { roomOf } from './room-rules.ts';
import { roomTable } from './room-table.ts';
import { isTest, listPaths, listSources, readSource } from './sources.ts';

const sources = listSources().filter((source) => roomOf(source.path) !== undefined && !isTest(source.path));
const place = (path: string, { line, kind, name }: Exported) => `${path}:${line} ${kind} ${name}`;

describe('documentation comments', () => {
  it('stand before every function that a file of a room exports', () => {
    const bare = sources.flatMap((source) =>
      exportsOf(source)
        .filter((one) => one.kind === 'function' && !one.documented)
        .map((one) => place(source.path, one)),
    );
    expect(bare).toEqual([]);
  });

  it('stand before every class and interface that a room shows to others', () => {
    const bare = [...new Set([...roomTable.keys()].flatMap(publicFiles).flatMap(publicTypesWithoutComment))];
    expect(bare).toEqual([]);
  });
});

/** What others can import from a room: the files of `exports` in its package.json, as far as they are there yet. */
function publicFiles(room: string): readonly string[] {
  const manifest: { exports: string | Record<string, string> } = JSON.parse(readSource(`${room}/package.json`).text);
  const files = typeof manifest.exports === 'string' ? [manifest.exports] : Object.values(manifest.exports);
  return listPaths(files.map((file) => path.posix.join(room, file))).filter((file) => file.endsWith('.ts'));
}

function publicTypesWithoutComment(index: string): readonly string[] {
  const here: [string, ReadonlySet<string>] = [index, new Set(['*'])];
  return [here, ...passedOn(readSource(index))].flatMap(([file, names]) =>
    exportsOf(readSource(file))
      .filter((one) => one.kind === 'class' || one.kind === 'interface')
      .filter((one) => (names.has('*') || names.has(one.name)) && !one.documented)
      .map((one) => place(file, one)),
  );
}

describe('the check itself', () => {
  const bare = (text: string) =>
    exportsOf({ path: 'room/a.ts', text })
      .filter((one) => !one.documented)
      .map((one) => `${one.kind} ${one.name}`);

  it.each([
    ['a function', 'export function f() {}', 'function f'],
    ['an arrow function', 'export const f = async () => {};', 'function f'],
    ['a class', 'export class C {}', 'class C'],
    ['an interface', 'export interface I {}', 'interface I'],
    ['what is exported by name', 'function f() {}\nexport { f };', 'function f'],
    ['a default export', 'export default function () {}', 'function default'],
    ['a comment of another kind', '/* about f */\nexport function f() {}', 'function f'],
    ['a line comment between', '/** About f. */\n// but\nexport function f() {}', 'function f'],
    ['a comment on what stands before', '/** About a. */\nconst a = 1;\nexport function f() {}', 'function f'],
    ['an empty comment', '/** */\nexport function f() {}', 'function f'],
  ])('finds %s without one', (_name, text, found) => {
    expect(bare(text)).toEqual([found]);
  });

  it('takes what has one, and what is not exported', () => {
    expect(
      bare('/** About f. */\nexport function f() {}\n/** About g. */\nexport const g = () => {};\nfunction h() {}'),
    ).toEqual([]);
  });

  it('asks for one comment on a function with several signatures, on the first', () => {
    const [first, second] = ['export function f(a: string): string;', 'export function f(a: number): number;'];
    expect(bare(`/** About f. */\n${first}\n${second}\nexport function f(a: unknown) { return a; }`)).toEqual([]);
    expect(bare(`${first}\n/** About f. */\n${second}`)).toEqual(['function f']);
  });

  it('knows what an index passes on', () => {
    const index = { path: 'room/index.ts', text: `export * from './a.ts';\nexport { B, type C as D } from './b.ts';` };
    expect([...passedOn(index)]).toEqual([
      ['room/a.ts', new Set(['*'])],
      ['room/b.ts', new Set(['B', 'C'])],
    ]);
  });
});
