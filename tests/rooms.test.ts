import { describe, expect, it } from 'vitest';
import { closureOf, withDependencies } from './closure.ts';
import { importsOf } from './imports.ts';
import { forbiddenImports, packageOf, roomOf, roomOfPackage } from './room-rules.ts';
import { agentEntries, agentPackages, roomTable } from './room-table.ts';
import { isTest, listPaths, listSources, readSource } from './sources.ts';

const sources = listSources();

function manifest(folder: string): { name: string; dependencies?: Record<string, string>; workspaces?: string[] } {
  return JSON.parse(readSource(folder ? `${folder}/package.json` : 'package.json').text);
}

describe('the rooms', () => {
  it('are the npm workspaces, each with its row in the table', () => {
    const workspaces = listPaths((manifest('').workspaces ?? []).map((pattern) => `${pattern}/package.json`));
    expect([...roomTable.keys()].sort()).toEqual(workspaces.map((file) => file.replace('/package.json', '')).sort());
    for (const room of roomTable.keys()) expect(roomOfPackage(manifest(room).name)).toBe(room);
  });

  it('import nothing that the table forbids', () => {
    expect(sources.flatMap(forbiddenImports)).toEqual([]);
  });

  it('point one way: no room reaches itself through others', () => {
    const circular = [...roomTable.keys()].filter((room) => reachable(room).has(room));
    expect(circular).toEqual([]);
  });

  it('keep hosts apart from one another', () => {
    const hosts = [...roomTable.keys()].filter((room) => room.startsWith('hosts/'));
    expect(hosts.length).toBeGreaterThan(1);
    for (const host of hosts) expect(hosts.filter((other) => reachable(host).has(other))).toEqual([]);
  });

  it('declare each package that they load in their own package.json', () => {
    const undeclared = sources.flatMap((source) => {
      const room = roomOf(source.path);
      if (room === undefined || isTest(source.path)) return [];
      const declared = new Set(Object.keys(manifest(room).dependencies ?? {}));
      return importsOf(source)
        .map((one) => packageOf(one.specifier))
        .filter((name) => !/^(\.|node:)/.test(name) && !declared.has(name))
        .map((name) => `${source.path}: ${name}`);
    });
    expect(undeclared).toEqual([]);
  });
});

describe('what the agent can load, running as root', () => {
  const closure = closureOf(listPaths(agentEntries));

  it('starts where the table says, and every import leads somewhere', () => {
    for (const entry of agentEntries) expect(listPaths([entry]), entry).not.toEqual([]);
    expect(closure.unresolved).toEqual([]);
  });

  it('holds no hub, no console and nothing made for tests', () => {
    const elsewhere = /^(hub|console|standalone|bench|scripts)\//;
    const strangers = [...closure.files].filter(([file]) => elsewhere.test(file) || isTest(file));
    expect(strangers.map(([, chain]) => chain)).toEqual([]);
  });

  it('holds no package from outside but those listed, their dependencies included', () => {
    const strangers = [...closure.packages].filter(([name]) => !agentPackages.includes(name));
    expect(strangers.map(([, chain]) => chain)).toEqual([]);
    expect([...withDependencies(closure.packages.keys())].sort()).toEqual([...agentPackages].sort());
  });
});

describe('the closure itself', () => {
  it('follows files, rooms and packages, and says by which way', () => {
    const { files, packages } = closureOf(['gateway/index.ts']);
    expect([...files.keys()]).toContain('rewrite/index.ts');
    expect(packages.get('undici')).toMatch(/^gateway\/index\.ts → .*undici$/);
  });
});

describe('the check itself', () => {
  const from = (path: string, text: string) => forbiddenImports({ path, text });

  it.each([
    ['another room', `import { decide } from '@stopgap/agent';`, 'rewrite may not know agent'],
    ['another room by type', `import type { Host } from '@stopgap/agent';`, 'rewrite may not know agent'],
    ['another room, re-exported', `export * from '@stopgap/feed';`, 'rewrite may not know feed'],
    ['another room, named in a type', `export type A = import('@stopgap/hub').A;`, 'rewrite may not know hub'],
    ['a dynamic import', `await import('undici');`, 'rewrite may not load the package undici'],
    ['a subpath', `import 'undici/lib/x.js';`, 'rewrite may not load the package undici'],
    ['require', `const pg = require('pg');`, 'rewrite may not load the package pg'],
    ['a computed name', `const m = await import(name);`, 'loads a module whose name is computed'],
    ['a path out of the room', `import '../feed/index.ts';`, 'leaves rewrite by a path'],
    ['a worker outside', `new Worker(new URL('../agent/x.ts', import.meta.url));`, 'leaves rewrite by a path'],
    ['an absolute path', `import '/srv/feed/index.ts';`, 'names a place on one machine'],
    ['files', `import { readFileSync } from 'node:fs';`, 'rewrite may not reach the world through node:fs'],
    ['files by promise', `import fs from 'fs/promises';`, 'rewrite may not reach the world through node:fs'],
    ['a way around', `import { createRequire } from 'node:module';`, 'rewrite may not reach the world'],
  ])('catches %s', (_name, text, sentence) => {
    const found = from('rewrite/evaluate.ts', `const first = 1;\n${text}`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^rewrite\/evaluate\.ts:2 /);
    expect(found[0]).toContain(sentence);
  });

  it('takes what is allowed, and text that only looks like an import', () => {
    const text = `
      import type { Position } from '@stopgap/xml';
      import { RegExpParser } from '@eslint-community/regexpp';
      import path from 'node:path';
      import { model } from './model.ts';
      // import 'undici';
      const text = "import 'undici'";
      const home = new URL('https://example.org/');`;
    expect(from('rewrite/evaluate.ts', text)).toEqual([]);
  });

  it('tells a type that is erased from one that still loads its module', () => {
    const kinds = (text: string) => importsOf({ path: 'agent/x.ts', text }).map((one) => one.kind);
    expect(kinds(`import type { A } from 'a';`)).toEqual(['type']);
    expect(kinds(`import { type A } from 'a';`)).toEqual(['value']);
    expect(from('agent/x.ts', `import type { RewriteConfiguration } from '@stopgap/rewrite';`)).toEqual([]);
    expect(from('agent/x.ts', `import { type RewriteConfiguration } from '@stopgap/rewrite';`)).toHaveLength(1);
  });

  it('lets tests use the test runner, and sources not', () => {
    expect(from('xml/read.test.ts', `import { it } from 'vitest';`)).toEqual([]);
    expect(from('xml/read.ts', `import { it } from 'vitest';`)).toHaveLength(1);
  });
});

function reachable(room: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [...(roomTable.get(room)?.rooms ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(roomTable.get(next)?.rooms ?? []));
  }
  return seen;
}
