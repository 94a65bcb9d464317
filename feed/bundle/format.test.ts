import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../digest.ts';
import { Trouble } from '../trouble.ts';
import { readBundle, writeBundle } from './format.ts';

const made = Date.UTC(2026, 10, 22, 3);
const files = new Map([
  ['metadata/timestamp.json', Buffer.from('{"signed":1}')],
  ['metadata/1.root.json', Buffer.from('{"signed":2}')],
  ['targets/exchange/00ff.a.xml', Buffer.from('<a/>')],
]);
const good = writeBundle({ made, files });

/** A bundle with this list and this content, its digest as it then is. */
function around(list: string, content: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from(`stopgap-bundle 1 ${sha256(Buffer.from(`${list}\n`))}\n${list}\n`), content]);
}

/** The bundle with its list of files edited as text. */
function listed(edit: (list: string) => string): Buffer {
  const [first = '', list = ''] = good.toString('latin1').split('\n');
  return around(edit(list), good.subarray(first.length + list.length + 2));
}

/** A list with one file of this path and no content. */
function holding(path: string): Buffer {
  return around(
    JSON.stringify({ made: '2026-11-22T03:00:00Z', files: [{ path, length: 0, sha256: sha256(Buffer.alloc(0)) }] }),
  );
}

describe('a bundle', () => {
  it('comes out as it went in, in one spelling whatever the order', () => {
    expect(readBundle(good)).toEqual({ made, files: new Map([...files].sort()) });
    expect(writeBundle({ made, files: new Map([...files].reverse()) })).toEqual(good);
    expect(readBundle(holding('targets/0.a.xml')).files.size).toBe(1);
  });

  it.each<[string, Buffer, RegExp]>([
    ['nothing', Buffer.alloc(0), /does not begin/],
    ['something else', Buffer.from('PK\x03\x04 a zip'), /does not begin with "stopgap-bundle 1"/],
    [
      'another version',
      Buffer.from(good.toString('latin1').replace('bundle 1', 'bundle 2'), 'latin1'),
      /of a newer Stopgap/,
    ],
    [
      'a list without end',
      Buffer.from(`stopgap-bundle 1 ${'0'.repeat(64)}\n${'x'.repeat(9 * 1024 * 1024)}`),
      /does not end/,
    ],
    ['a list that is no JSON', listed(() => 'x'), /list of files/],
    ['an unknown key', listed((list) => list.replace('"made"', '"more":1,"made"')), /unknown key "more"/],
    ['white space in the list', listed((list) => list.replace(':', ': ')), /one way there is/],
    ['a key twice', listed((list) => list.replace('"made"', '"made":"x","made"')), /one way there is|date/],
    ['an impossible date', listed((list) => list.replace('-11-22', '-13-22')), /date/],
    ['a digest that is none', listed((list) => list.replace(/"sha256":"../, '"sha256":"XX')), /digest of/],
    ['files out of order', listed((list) => list.replace('1.root', 'z.root')), /not in order/],
    ['a length that is too small', listed((list) => list.replace('"length":4', '"length":3')), /bytes together/],
    ['a length beyond the caps', listed((list) => list.replace('"length":4', '"length":999999999999')), /length/],
    ['a byte too many', Buffer.concat([good, Buffer.of(0)]), /cut off or added to/],
    ['a byte too few', good.subarray(0, -1), /cut off or added to/],
    ['a path that climbs', holding('targets/../../etc/passwd'), /which no repository has/],
    ['an absolute path', holding('/etc/passwd'), /which no repository has/],
    ['a path elsewhere', holding('keys/root.pem'), /which no repository has/],
    ['a path with a backslash', holding('targets\\a'), /which no repository has/],
    ['an empty part', holding('targets//a'), /which no repository has/],
    ['a dot', holding('targets/./a'), /which no repository has/],
    ['a folder in metadata', holding('metadata/a/b.json'), /which no repository has/],
    ['a NUL', holding('targets/a\0'), /expected a text/],
    ['a name that is no property', holding('__proto__'), /which no repository has/],
  ])('with %s is refused', (_name, bytes, why) => {
    expect(() => readBundle(bytes)).toThrow(
      expect.objectContaining({ step: 'content', message: expect.stringMatching(why) }),
    );
  });

  it('is refused after any change of one byte, at every position', () => {
    for (let at = 0; at < good.length; at += 1) {
      const changed = Buffer.from(good);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => readBundle(changed), `position ${at}`).toThrow(Trouble);
    }
  });

  it('of any bytes at all is read or refused, and never anything else', () => {
    const nearly = fc
      .tuple(fc.nat(good.length), fc.uint8Array({ maxLength: 40 }))
      .map(([at, bytes]) => Buffer.concat([good.subarray(0, at), bytes, good.subarray(at)]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), nearly), (bytes) => {
        try {
          readBundle(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Trouble);
        }
      }),
      { numRuns: 300 },
    );
  });
});
