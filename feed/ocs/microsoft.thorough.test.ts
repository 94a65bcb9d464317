import { describe, expect, it } from 'vitest';
import { captured, changeEach, range } from './testing/captured.ts';

const bytes = captured ?? Buffer.alloc(0);
const text = bytes.toString('utf8');
/** Long: every one of some 19,000 positions in place of some 150. */
const everyByte = process.env.STOPGAP_EVERY_BYTE === '1';

function spanOf(name: string): readonly [number, number] {
  return [text.indexOf(`<${name}`), text.indexOf(`</${name}>`) + name.length + 3];
}

describe.skipIf(!captured)('the document captured from Microsoft in 2021 (skipped where ../shared is absent)', () => {
  it('is refused after any change of one byte in its content and its signed values, at every position or every seventh', () => {
    const spans = [
      [0, text.indexOf('<Signature xmlns')],
      ...['SignedInfo', 'SignatureValue', 'Exponent'].map((name) => spanOf(name)),
    ] as const;
    const { tried, believed } = changeEach(spans.flatMap(([from, to]) => range(from, to, everyByte ? 1 : 7)));
    expect(tried).toBeGreaterThan(everyByte ? 1200 : 170);
    expect(believed).toEqual([]);
  }, 3_600_000);

  it(`is refused after any change of one byte elsewhere, at ${everyByte ? 'every position' : 'some 150 positions'}`, () => {
    const { tried, believed } = changeEach(range(0, bytes.length, everyByte ? 1 : 127));
    expect(tried).toBeGreaterThan(everyByte ? 19_000 : 140);
    expect(believed).toEqual([]);
  }, 3_600_000);
});
