import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { featureSamples } from './samples.ts';
import { targetsPage } from './table.ts';

const page = path.join(import.meta.dirname, '../../docs/rewrite-targets.md');

describe('docs/rewrite-targets.md', () => {
  it('is what the compilers say (node scripts/rewrite-targets.ts writes it)', () => {
    expect(fs.readFileSync(page, 'utf8')).toBe(targetsPage());
  });

  it('has a row for each sample', () => {
    const rows = targetsPage()
      .split('\n')
      .filter((line) => line.startsWith('| ')).length;
    expect(rows).toBe(featureSamples.length + 2);
    expect(featureSamples.length).toBeGreaterThan(40);
  });
});
