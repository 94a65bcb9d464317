import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MitigationError } from './errors.ts';
import { readMitigation } from './parse.ts';
import { sample } from './testing/sample.ts';

/** Reads; throws anything that is not a refusal with its place. */
function readOrRefuse(input: string | Uint8Array): 'read' | 'refused' {
  try {
    readMitigation(input);
    return 'read';
  } catch (error) {
    if (!(error instanceof MitigationError)) throw error;
    for (const { position, message } of error.findings) {
      if (position.line < 1 || position.column < 1 || message === '') throw new Error('a finding without its place');
    }
    return 'refused';
  }
}

describe('whatever the bytes are, a document is read or refused with line and column', () => {
  it('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => readOrRefuse(bytes) === 'refused'),
      { numRuns: 300 },
    );
  });

  it('pieces of documents in any order', () => {
    const piece = fc.constantFrom(
      '<mitigation schema="1">',
      '</mitigation>',
      '<',
      '>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?x',
      '?>',
      '"',
      "'",
      '&',
      '&amp;',
      ' a="b"',
      '<a/>',
      '\r',
      '\0',
      '\ufeff',
      '\ud800',
      '<!DOCTYPE',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => readOrRefuse(pieces.join('')) === 'refused'),
      { numRuns: 400 },
    );
  });

  it('the sample with bytes changed, lost and doubled', () => {
    const bytes = Buffer.from(sample);
    const seen = { read: 0, refused: 0 };
    const change = fc.tuple(
      fc.nat(bytes.length - 1),
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom('change', 'lose', 'double'),
    );
    const property = fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const list = [...bytes];
      for (const [at, byte, how] of changes)
        list.splice(at, how === 'double' ? 0 : 1, ...(how === 'lose' ? [] : [byte]));
      seen[readOrRefuse(Buffer.from(list))]++;
    });
    fc.assert(property, { numRuns: 400 });
    expect(seen.read).toBeGreaterThan(0);
    expect(seen.refused).toBeGreaterThan(0);
  });
});
