import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { areas } from '../feed/conformance/testing/scenarios/index.ts';
import { readSource, repositoryRoot } from './sources.ts';

const page = 'docs/trust.md';
const scenarios = areas.flatMap((area) => area.scenarios.map(({ name }) => name));

/** A test as the page names it. */
interface Named {
  readonly file: string;
  readonly title: string;
}

const testsIn = (cell: string): readonly Named[] =>
  [...cell.matchAll(/`([^`]+\.test\.ts)` › `([^`]+)`/g)].map(([, file = '', title = '']) => ({ file, title }));

describe('docs/trust.md', () => {
  const { text } = readSource(page);
  const section = text.slice(text.indexOf('## What each can do when stolen'), text.indexOf('## Several feeds'));
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

  it('names for everything that somebody cannot do a test that shows it', () => {
    expect(rows.length).toBeGreaterThan(30);
    const unshown = rows.filter(([, , cannot = '', shown = '']) => cannot !== '' && testsIn(shown).length === 0);
    expect(unshown).toEqual([]);
    expect(rows.filter((row) => row.length !== 4)).toEqual([]);
  });

  it('names no test that is not there', () => {
    const named = testsIn(text);
    expect(named.length).toBeGreaterThan(40);
    const missing = named
      .filter(({ file, title }) => !isThere(file, title))
      .map(({ file, title }) => `${file} › ${title}`);
    expect(missing).toEqual([]);
  });

  it('lists every scenario of the conformance tests, and how many there are', () => {
    const [start, end] = [/<!-- scenarios: .*-->\n/, '<!-- end of scenarios -->'];
    const from = text.search(start) + (start.exec(text)?.[0].length ?? 0);
    const listed = text.slice(from, text.indexOf(end));
    if (process.env.STOPGAP_WRITE_DOCS === '1') {
      writeFileSync(path.join(repositoryRoot, page), text.slice(0, from) + listing() + text.slice(text.indexOf(end)));
    } else expect(listed).toBe(listing());
  });

  it('is quoted with the right number of scenarios elsewhere', () => {
    for (const other of ['docs/support.md', 'CHANGELOG.md']) {
      expect([...readSource(other).text.matchAll(/(\d+) scenarios/g)].map((match) => Number(match[1]))).toEqual([
        scenarios.length,
      ]);
    }
  });

  it('counts no scenario twice', () => {
    const areaNames = areas.flatMap(({ area, scenarios: own }) => own.map(({ name }) => `${area}: ${name}`));
    expect(new Set(areaNames).size).toBe(areaNames.length);
  });
});

function isThere(file: string, title: string): boolean {
  if (!existsSync(path.join(repositoryRoot, file))) return false;
  if (file.startsWith('feed/conformance/conformance.')) return scenarios.includes(title);
  const { text } = readSource(file);
  return ["'", '"', '`'].some((quote) => text.includes(`${quote}${title}${quote}`));
}

function listing(): string {
  const lists = areas.map(
    ({ area, scenarios: own }) => `\n### ${area} (${own.length})\n\n${own.map(({ name }) => `- ${name}\n`).join('')}`,
  );
  return `\n**${scenarios.length} scenarios.**\n${lists.join('')}\n`;
}
