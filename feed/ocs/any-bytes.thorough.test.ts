import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64 } from './base64.ts';
import { readCertificate } from './certificate.ts';
import { readSignedMessage } from './cms.ts';
import { readOcsContent } from './content.ts';
import { partsOf, readDer } from './der.ts';
import { integerOf, oidOf, timeOf } from './der-values.ts';
import { OcsError } from './errors.ts';
import { readPlainText } from './lexical.ts';
import { readShape } from './shape.ts';
import { leaf, outcome, signed, timeRoot, trust, tsa } from './testing/publisher.ts';
import { timestamp } from './testing/tsa.ts';
import { escaped, toMitigation } from './to-mitigation.ts';
import { verifyOcs } from './verify.ts';

const document = Buffer.from(await signed());
const token = timestamp(Buffer.from('x'), { tsa, issuerName: timeRoot.name, certificates: [timeRoot], at: 0 });
const bytes = fc.uint8Array({ maxLength: 300 }).map((found) => Buffer.from(found));

/** Nothing but the typed error may come out. */
function only(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(OcsError);
  }
}

/** A few bytes of `base` replaced, taken out or put in. */
function mutations(base: Buffer): fc.Arbitrary<Buffer> {
  const edit = fc.tuple(fc.nat(base.length), fc.nat(4), fc.uint8Array({ maxLength: 4 }));
  return fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits) =>
      edits.reduce<Buffer>(
        (now, [at, out, put]) => Buffer.concat([now.subarray(0, at), put, now.subarray(at + out)]),
        base,
      ),
    );
}

describe('whatever the bytes, a reader answers or throws an OcsError:', () => {
  it.each<[string, (found: Buffer) => unknown]>([
    ['DER', (found) => partsOf(readDer(found, 'x'))],
    ['certificates', (found) => readCertificate(found, 'x')],
    ['countersignatures', readSignedMessage],
    ['base64', (found) => fromBase64(found.toString('latin1'), 'x', 200)],
    ['text', readPlainText],
    ['shape', (found) => readShape(found.toString('latin1'))],
    ['content', (found) => readOcsContent(found.toString('latin1'))],
  ])('%s', (_name, reader) => {
    fc.assert(
      fc.property(bytes, (found) => only(() => reader(found))),
      { numRuns: 200 },
    );
  });

  it('certificates and countersignatures that are almost right', () => {
    fc.assert(
      fc.property(mutations(leaf.der), (found) => only(() => readCertificate(found, 'x'))),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(mutations(token), (found) => only(() => readSignedMessage(found))),
      { numRuns: 300 },
    );
  });

  it('values of DER', () => {
    const value = fc.tuple(fc.constantFrom(0x02, 0x06, 0x17, 0x18), fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(value, ([tag, content]) => {
        const der = readDer(Buffer.of(tag, content.length, ...content), 'x');
        for (const reader of [integerOf, oidOf, timeOf]) only(() => reader(der, 'x'));
      }),
      { numRuns: 300 },
    );
  });
});

it('a document that differs from the signed one in any way is never believed', () => {
  fc.assert(
    fc.property(mutations(document), (found) => {
      const verdict = verifyOcs(found, trust, Date.UTC(2026, 0, 1));
      expect(verdict.ok && !found.equals(document)).toBe(false);
    }),
    { numRuns: 300 },
  );
});

it('any text in the content comes out as it went in, or is refused when it is signed', async () => {
  const config = fc.record({ desc: fc.string(), type: fc.string(), value: fc.string() });
  await fc.assert(
    fc.asyncProperty(config, async ({ desc, type, value }) => {
      const text = `<EOCS version="1"><Config id="A" desc="${escaped(desc)}"><ActionList><Action type="${escaped(type)}" scope="Server"><Value>${escaped(value)}</Value></Action></ActionList></Config></EOCS>`;
      const made = await signed({ document: text }).catch((error: unknown) => {
        expect(error).toBeInstanceOf(OcsError);
      });
      if (made === undefined) return;
      const verdict = verifyOcs(Buffer.from(made), trust, Date.UTC(2026, 0, 1));
      expect(verdict).toMatchObject({ ok: true });
      const [found] = verdict.ok ? readOcsContent(verdict.content).configs : [];
      expect(found).toMatchObject({ description: desc, actions: [{ type, value: value.trim() }] });
      if (found) expect(toMitigation(found, { revision: 1, published: 0 }).name).toBe('A.xml');
    }),
    { numRuns: 60 },
  );
});

describe('nothing makes a reader slow or deep:', () => {
  it.each([
    ['DER inside itself', Buffer.concat(Array.from({ length: 20_000 }, () => Buffer.of(0x30, 0x80)))],
    ['a DER length of 16 MiB', Buffer.from('3083ffffff', 'hex')],
    ['a million small values', Buffer.concat([Buffer.from('30830f4240', 'hex'), Buffer.alloc(1_000_000, 2)])],
  ])('%s', (_name, found) => {
    for (const reader of [(given: Buffer) => partsOf(readDer(given, 'x')), readSignedMessage])
      only(() => reader(found));
  });

  it.each([
    ['tags without end', '<a'.repeat(150_000)],
    ['an attribute without end', `<EOCS version="${'x'.repeat(400_000)}`],
    ['attributes without number', `<EOCS ${'a="" '.repeat(80_000)}>`],
    ['references without number', `<EOCS>${'&amp;'.repeat(80_000)}</EOCS>`],
    ['elements inside one another', `${'<a>'.repeat(150_000)}`],
    ['elements side by side', `<EOCS version="1">${'<Config/>'.repeat(40_000)}</EOCS>`],
    ['nothing but opening signs', '<'.repeat(500_000)],
  ])('%s', (_name, text) => {
    expect(outcome(text)).toMatch(/^(not-plain|not-xml|shape)$/);
  });
});
