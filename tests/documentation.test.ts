import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { roomTable } from './room-table.ts';
import { listPaths, readSource, repositoryRoot } from './sources.ts';

const pages = listPaths([
  '*.md',
  'docs/**/*.md',
  '{tests,scripts,bench}/**/*.md',
  ...[...roomTable.keys()].map((room) => `${room}/**/*.md`),
]);
const architecture = readSource('docs/architecture.md').text;

describe('the documentation', () => {
  it('links to nothing that is not there', () => {
    const dead = pages.flatMap((page) =>
      linksIn(readSource(page).text)
        .filter((link) => !existsSync(path.join(repositoryRoot, path.dirname(page), link)))
        .map((link) => `${page}: ${link}`),
    );
    expect(dead).toEqual([]);
  });

  it('names no file that is not there', () => {
    const dead = pages.flatMap((page) =>
      filesIn(readSource(page).text)
        .filter((file) => ![file, path.posix.join(path.posix.dirname(page), file)].some(isOurs))
        .map((file) => `${page}: ${file}`),
    );
    expect(dead).toEqual([]);
  });

  it('names no npm script that is not there', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(readSource('package.json').text);
    const known = new Set([...Object.keys(scripts), 'ci', 'i', 'install']);
    const dead = pages.flatMap((page) =>
      [...readSource(page).text.matchAll(/`?\bnpm (?:run )?([a-z][\w:]*)\b/g)]
        .map((match) => match[1] ?? '')
        .filter((name) => isCommand(name) && !known.has(name))
        .map((name) => `${page}: npm run ${name}`),
    );
    expect(dead).toEqual([]);
  });

  it('has a page of its own for every room', () => {
    expect([...roomTable.keys()].filter((room) => !existsSync(path.join(repositoryRoot, room, 'README.md')))).toEqual(
      [],
    );
    for (const room of roomTable.keys()) {
      expect(architecture, room).toContain(room.startsWith('hosts/') ? '`hosts/*`' : `\`${room}\``);
    }
  });

  it('lists every state of a mitigation, each once', () => {
    const section = architecture.slice(architecture.indexOf('## States'), architecture.indexOf('## How a change'));
    const listed = [...section.matchAll(/^\| `([\w-]+)` \|/gm)].map((match) => match[1] ?? '');
    const states = /=\s*((?:\|\s*'[\w-]+'\s*)+)/.exec(readSource('agent/state.ts').text)?.[1] ?? '';
    expect(listed.sort()).toEqual([...states.matchAll(/'([\w-]+)'/g)].map((match) => match[1] ?? '').sort());
    expect(listed.length).toBeGreaterThan(5);
  });

  it('gives the reason for every package from outside', () => {
    const decisions = listPaths(['docs/decisions/*.md'])
      .map((page) => readSource(page).text)
      .join('\n');
    const packages = [...roomTable.values()].flatMap((rules) => rules.packages);
    expect(packages.filter((name) => !decisions.includes(`\`${name}\``))).toEqual([]);
  });
});

/** Targets of relative links, without their fragments. */
function linksIn(markdown: string): readonly string[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => (match[1] ?? '').replace(/#.*$/, ''))
    .filter((link) => link !== '' && !/^[a-z]+:/.test(link));
}

function isOurs(file: string): boolean {
  return !path.posix.normalize(file).startsWith('..') && existsSync(path.join(repositoryRoot, file));
}

/** Files named in backticks by a path with a folder and one of our endings; patterns and placeholders left out. */
function filesIn(markdown: string): readonly string[] {
  return [...markdown.matchAll(/`((?:[\w@.-]+\/)+[\w.-]+\.(?:ts|json|cjs|sh|md|xsd))`/g)]
    .map((match) => match[1] ?? '')
    .filter((file) => !file.startsWith('@'));
}

/** Words that follow "npm" in a sentence are not commands. */
function isCommand(name: string): boolean {
  return /^(start|test|run|bench|format|bootstrap)/.test(name) || name.includes(':');
}
