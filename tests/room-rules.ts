import { isBuiltin } from 'node:module';
import path from 'node:path';
import { computed, type Import, importsOf } from './imports.ts';
import { effects, type RoomRules, roomTable, testPackages } from './room-table.ts';
import { isTest, type Source } from './sources.ts';

/** The room a file stands in, by its folder; `undefined` for what is no room (scripts, tests, bench). */
export function roomOf(file: string): string | undefined {
  const parts = file.split('/');
  return [parts.slice(0, 2).join('/'), parts[0] ?? ''].find((folder) => roomTable.has(folder));
}

/** The room that a package name of ours means: `@stopgap/host-nginx` is `hosts/nginx`. */
export function roomOfPackage(specifier: string): string | undefined {
  const name = /^@stopgap\/([^/]+)/.exec(specifier)?.[1];
  return name?.replace(/^host-/, 'hosts/');
}

/** The package of a bare specifier: `@a/b/c` → `@a/b`, `d/e` → `d`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Every import of a room's file that the table does not allow, each as one sentence with its place. */
export function forbiddenImports(source: Source): readonly string[] {
  const room = roomOf(source.path);
  const rules = room === undefined ? undefined : roomTable.get(room);
  if (room === undefined || !rules) return [];
  return importsOf(source).flatMap((one) => {
    const why = refusal(source, room, rules, one);
    return why ? [`${source.path}:${one.line} ${why}`] : [];
  });
}

function refusal(source: Source, room: string, rules: RoomRules, one: Import): string | undefined {
  const { specifier } = one;
  if (specifier === computed) return 'loads a module whose name is computed; name it so that it can be checked';
  if (/^\.\.?\//.test(specifier)) return outside(source, room, specifier);
  if (/^(\/|file:)/.test(specifier)) return `names a place on one machine (${specifier})`;
  if (isBuiltin(specifier)) return reach(source, room, rules, specifier);
  const other = roomOfPackage(specifier);
  if (other) return neighbour(room, rules, other, one);
  const name = packageOf(specifier);
  const allowed = rules.packages.includes(name) || (isTest(source.path) && testPackages.includes(name));
  return allowed ? undefined : `${room} may not load the package ${name}`;
}

function outside(source: Source, room: string, specifier: string): string | undefined {
  const target = path.posix.join(path.posix.dirname(source.path), specifier);
  if (target.startsWith(`${room}/`)) return undefined;
  if (isTest(source.path) && target.startsWith('tests/')) return undefined;
  return `leaves ${room} by a path (${specifier}); other rooms are imported by their package name`;
}

function reach(source: Source, room: string, rules: RoomRules, specifier: string): string | undefined {
  const name = specifier.replace(/^node:/, '').split('/')[0] ?? '';
  if (isTest(source.path) || !effects.has(name) || rules.effects.includes(name)) return undefined;
  return `${room} may not reach the world through node:${name}`;
}

function neighbour(room: string, rules: RoomRules, other: string, one: Import): string | undefined {
  if (rules.rooms.includes(other)) return undefined;
  if (one.kind === 'type' && rules.typesOf?.includes(other)) return undefined;
  return rules.typesOf?.includes(other)
    ? `${room} may name types of ${other} (import type) but not load it`
    : `${room} may not know ${other}`;
}
