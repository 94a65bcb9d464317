import { describe, expect, it } from 'vitest';
import { partsOf, readDer } from '../../feed/ocs/der.ts';
import { leaf } from '../../feed/ocs/testing/publisher.ts';
import { behind } from './mutate.ts';
import { mutateDer } from './mutate-der.ts';
import { mutateJson } from './mutate-json.ts';
import { randomFrom } from './random.ts';

const runs = 300;

/** As many changed copies as there are runs, all of the same seed. */
function changedCopies(input: Buffer, mutation: typeof mutateDer): readonly Buffer[] {
  const material = { corpus: [input], words: [Buffer.from('a "word')], most: 4096, random: randomFrom(7) };
  return Array.from({ length: runs }, () => mutation(input, material));
}

/** Whether all lengths are right, down to the ground. */
function isDer(bytes: Buffer): boolean {
  try {
    const open = [readDer(bytes, 'it')];
    for (let one = open.pop(); one; one = open.pop()) if ((one.tag & 0x20) !== 0) open.push(...partsOf(one));
    return true;
  } catch {
    return false;
  }
}

describe('changes that keep to the form', () => {
  it(`of DER leave all lengths right, most times of ${runs}`, () => {
    const copies = changedCopies(leaf.der, mutateDer);
    // A tag that says that it has parts may be put on what has none; what is taken away may be all.
    expect(copies.filter(isDer).length).toBeGreaterThan(runs / 2);
    expect(copies.filter((copy) => copy.equals(leaf.der)).length).toBeLessThan(runs / 2);
  });

  it(`of JSON leave JSON, ${runs} times`, () => {
    const text = '{"a":[1,"two",{"__proto__":null}],"b":{"c":"é"}}';
    const copies = changedCopies(Buffer.from(text), mutateJson);
    for (const copy of copies) expect(() => JSON.parse(copy.toString())).not.toThrow();
    expect(new Set(copies.map(String)).size).toBeGreaterThan(runs / 2);
  });

  it('leave the mark before it alone', () => {
    for (const copy of changedCopies(Buffer.from('next root\n{"a":1}'), behind('line', mutateJson)))
      expect(copy.toString().startsWith('next root\n')).toBe(true);
    for (const copy of changedCopies(Buffer.concat([Buffer.from('C'), leaf.der]), behind(1, mutateDer)))
      expect(copy[0]).toBe(0x43);
  });

  it('change what is of another form like any bytes', () => {
    expect(changedCopies(Buffer.from('{'), mutateJson).some((copy) => !copy.equals(Buffer.from('{')))).toBe(true);
    expect(changedCopies(Buffer.of(0x30, 9), mutateDer).some((copy) => copy.length !== 2)).toBe(true);
  });
});
