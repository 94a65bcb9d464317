import { readXml } from '@stopgap/xml';
import { describe, expect, it } from 'vitest';
import { elementAt, locate } from './locate.ts';

const root = readXml('<a>\n  <b/>\n  <b x="1" y="2"><c/></b>\n</a>');

describe('locate', () => {
  it.each([
    ['/a', 1, 1],
    ['/a/b[2]', 3, 3],
    ['/a/b[2]/c', 3, 18],
    ['/a/b', 2, 3],
  ])('finds %s', (xpath, line, column) => {
    expect(elementAt(root, xpath)?.position).toEqual({ line, column });
  });

  it.each(['', '/z', '/a/z', '/a/b[3]', '/a/b[2]/c/d', 'nonsense'])('finds nothing at %j', (xpath) => {
    expect(elementAt(root, xpath)).toBeUndefined();
  });

  it('points at the attribute that is named', () => {
    const complaint = { message: "Element 'b', attribute 'y': wrong", xpath: '/a/b[2]', line: 3 };
    expect(locate(complaint, root).position).toEqual({ line: 3, column: 12 });
  });

  it('falls back on the line, then on the root, so that there always is a place', () => {
    expect(locate({ message: 'm', xpath: '', line: 3 }, root).position).toEqual({ line: 3, column: 3 });
    expect(locate({ message: 'm', xpath: '/gone', line: 0 }, root).position).toEqual({ line: 1, column: 1 });
  });

  it('cuts what the validator repeats', () => {
    expect(locate({ message: 'x'.repeat(10_000), xpath: '', line: 0 }, root).message.length).toBeLessThan(500);
  });
});
