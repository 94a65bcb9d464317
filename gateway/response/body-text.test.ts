import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyText } from './body-text.ts';

/** Bytes through a body's text and back, in pieces. */
function throughText(type: string, pieces: readonly Uint8Array[]): Buffer {
  const text = bodyText(type);
  if (!text) throw new Error(`${type} is not understood`);
  const out = pieces.map((piece) => text.encode(text.decode(Buffer.from(piece))));
  return Buffer.concat([...out, text.encode(text.flush())]);
}

describe('the text of a body', () => {
  it.each(['text/html; charset=utf-8', 'text/html', 'text/html; charset=windows-1252', 'image/png', ''])(
    'gives back every byte of any bytes, in whatever pieces they come: %j',
    (type) => {
      const some = fc.array(
        fc.oneof(
          fc.uint8Array({ maxLength: 12 }),
          fc.string({ unit: 'binary', maxLength: 6 }).map((text) => Buffer.from(text)),
        ),
      );
      fc.assert(
        fc.property(some, (pieces) => {
          expect(throughText(type, pieces)).toEqual(Buffer.concat(pieces));
        }),
        { numRuns: 400 },
      );
    },
  );

  it('has characters whole although their bytes come in two pieces', () => {
    const text = bodyText('text/html');
    const bytes = Buffer.from('a€b');
    expect(text?.decode(bytes.subarray(0, 2))).toBe('a');
    expect(text?.decode(bytes.subarray(2))).toBe('€b');
    expect(text?.flush()).toBe('');
  });

  it('has what a rule puts in as UTF-8, whatever stands around it', () => {
    expect(bodyText('text/html')?.encode('é€\udcff')).toEqual(Buffer.from([0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xff]));
    expect(bodyText('image/png')?.encode('\xff€')).toEqual(Buffer.from([0xff, 0xe2, 0x82, 0xac]));
  });

  it.each(['text/html; charset=UTF-16', 'text/html;charset="utf-7"', 'text/plain; charset = utf-32le'])(
    'is not there where a rule would find nothing: %s',
    (type) => {
      expect(bodyText(type)).toBeUndefined();
    },
  );
});
