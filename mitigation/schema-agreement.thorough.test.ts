import { readFileSync } from 'node:fs';
import type { XmlElement } from '@stopgap/xml';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { MitigationError } from './errors.ts';
import { Findings } from './findings.ts';
import { grammar } from './grammar.ts';
import { elementAt } from './locate.ts';
import { readMitigation, readRoot } from './parse.ts';
import { checkStructure } from './structure.ts';
import { type Mutation, mutate, mutationKinds } from './testing/mutate.ts';
import { readRefused } from './testing/refused.ts';
import { changed, sample } from './testing/sample.ts';
import { loadXsdEngine, type XsdEngine } from './xsd-engine.ts';

let xsd: XsdEngine;
beforeAll(async () => {
  xsd = await loadXsdEngine();
});

const catalog = ['CVE-2022-41040', 'CVE-2026-42897', 'CVE-2021-26857'].map((id) =>
  readFileSync(new URL(`../catalog/${id}/mitigation.xml`, import.meta.url), 'utf8'),
);

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.nat(mutationKinds - 1),
  at: fc.nat(2 ** 20),
  value: fc.nat(2 ** 20),
});

/** What our own reading says of structure and values, and whether it refuses the document at all. */
function ours(text: string): {
  readonly structure: readonly string[];
  readonly refused: boolean;
  readonly root?: XmlElement;
} {
  try {
    const { root } = readRoot(text);
    const findings = new Findings();
    checkStructure(root, grammar, findings);
    const structure = findings.list().map((finding) => finding.message);
    try {
      readMitigation(text);
      return { structure, refused: false, root };
    } catch (error) {
      if (error instanceof MitigationError) return { structure, refused: true, root };
      throw error;
    }
  } catch (error) {
    if (error instanceof MitigationError) return { structure: [error.message], refused: true };
    throw error;
  }
}

describe('the XSD and our own reading', () => {
  it('agree about the sample and the catalog', () => {
    for (const text of [sample, ...catalog]) expect([xsd(text), ours(text).refused]).toEqual([[], false]);
  });

  it('agree about every malformed document of the tables: what the XSD refuses, we refuse', () => {
    let both = 0;
    for (const { name, from, to } of ['names', 'values', 'fit'].flatMap(readRefused)) {
      const { text } = changed(from, to);
      const { refused } = ours(text);
      expect(refused, name).toBe(true);
      if (xsd(text).length > 0) both++;
    }
    expect(both).toBeGreaterThan(60);
  });

  it('agree about documents changed at random, structure and values both ways', () => {
    const seen = { both: 0, neither: 0, onlyOurs: 0 };
    const property = fc.property(
      fc.constantFrom(sample, ...catalog),
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      (start, list) => {
        const text = list.reduce((before, one) => mutate(before, one), start);
        const complaints = xsd(text);
        const { structure, refused } = ours(text);
        if (complaints.length > 0)
          expect(refused, `only the XSD refuses: ${complaints.map((c) => c.message).join('; ')}`).toBe(true);
        if (structure.length > 0)
          expect(complaints.length, `only we refuse: ${structure.join('; ')}`).toBeGreaterThan(0);
        seen[complaints.length > 0 ? 'both' : refused ? 'onlyOurs' : 'neither']++;
      },
    );
    fc.assert(property, { numRuns: 400 });
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
    console.log(`refused by both ${seen.both}, by neither ${seen.neither}, by checks beyond a schema ${seen.onlyOurs}`);
  });

  it('name the same places: every complaint of the XSD has an element in our tree', () => {
    const { text, line, column } = changed(
      '<header name="X-Empty" value=""/>',
      '§<header name="X-Empty" value="&#10;"/>',
    );
    const { root } = ours(text);
    const [complaint] = xsd(text);
    expect(root && complaint && elementAt(root, complaint.xpath)?.position).toEqual({ line, column });
  });
});
