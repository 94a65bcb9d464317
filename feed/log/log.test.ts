import { describe, expect, it } from 'vitest';
import { append, checkLogs, type LoggedRole, type LogHead, readLog, segmentName } from './index.ts';

type Change = readonly [name: string, sha256?: string];

/** A log of one entry for each list of changes, and what the role then holds. */
function logged(role: string, publications: readonly (readonly Change[])[]): LoggedRole & { readonly head: LogHead } {
  const segments = new Map<number, Buffer>();
  const documents = new Map<string, string>();
  for (const [index, changes] of publications.entries()) {
    for (const [name, sha256] of changes) sha256 === undefined ? documents.delete(name) : documents.set(name, sha256);
    const entry = {
      role,
      version: index + 1,
      at: 0,
      says: [],
      changes: changes.map(([name, sha256]) => ({ name, sha256 })),
    };
    const { number, bytes } = append(segments, readLog(role, segments), entry);
    segments.set(number, bytes);
  }
  for (const number of segments.keys()) documents.set(segmentName(role, number), 'segment');
  const last = readLog(role, segments).at(-1);
  return { role, segments, documents, head: { role, entries: last?.number ?? 0, hash: last?.hash ?? '' } };
}

const a: Change = ['a.xml', 'aa'];
const b: Change = ['b.xml', 'bb'];

describe('the log of a feed', () => {
  it('is accepted the first time, and again when it goes on', () => {
    const first = logged('targets', [[a]]);
    expect(checkLogs([], [first])).toEqual({ ok: true, heads: [first.head] });
    const later = logged('targets', [[a], [b], [['a.xml']]]);
    expect(checkLogs([first.head], [later])).toEqual({ ok: true, heads: [later.head] });
    expect(later.head.entries).toBe(3);
  });

  it('may be missing where none was ever seen', () => {
    const none = { role: 'targets', segments: new Map(), documents: new Map([['a.xml', 'aa']]) };
    expect(checkLogs([], [none])).toEqual({ ok: true, heads: [] });
  });

  it.each([
    ['shorter', logged('targets', [[a]]), /had 2 entries and has 1 now/],
    ['gone', { role: 'targets', segments: new Map(), documents: new Map() }, /had 2 entries and has 0 now/],
    [
      'another',
      logged('targets', [[a], [['c.xml', 'cc']], [b]]),
      /^entry 2 of the log of targets was .{16} and is .{16} now$/,
    ],
  ])('is refused where it is %s', (_how, offered, reason) => {
    const seen = logged('targets', [[a], [b]]).head;
    expect(checkLogs([seen], [offered])).toEqual({ ok: false, kind: 'forked', reason: expect.stringMatching(reason) });
  });

  it('keeps the heads of all roles, also of one that is not offered now', () => {
    const [one, two] = [logged('targets', [[a]]), logged('exchange', [[b]])];
    expect(checkLogs([one.head], [two])).toEqual({ ok: true, heads: [one.head, two.head] });
  });

  it('must say what the role holds', () => {
    const good = logged('targets', [[a]]);
    const with_ = (change: (documents: Map<string, string>) => void) => {
      const documents = new Map(good.documents);
      change(documents);
      return checkLogs([], [{ ...good, documents }]);
    };
    const broken = (reason: RegExp) => ({ ok: false, kind: 'broken', reason: expect.stringMatching(reason) });
    expect(with_((documents) => documents.set('x.xml', 'xx'))).toEqual(broken(/holds x.xml, which its log/));
    expect(with_((documents) => documents.set('a.xml', 'zz'))).toEqual(broken(/holds a.xml, which its log/));
    expect(with_((documents) => documents.delete('a.xml'))).toEqual(broken(/knows a.xml, which targets does not hold/));
  });

  it('tells a role from another one whose metadata is put in its place, also where none was ever seen', () => {
    const exchange = logged('exchange', [[a]]);
    expect(checkLogs([], [{ ...exchange, role: 'targets', segments: new Map() }])).toEqual({
      ok: false,
      kind: 'broken',
      reason: 'targets holds log/exchange/1.jsonl, the log of another role: it was signed as that one',
    });
  });

  it('is broken by a change of any byte in any entry but the last, and by leaving one out', () => {
    const { segments } = logged('targets', [[a], [b], [['a.xml']]]);
    const bytes = segments.get(1) ?? Buffer.alloc(0);
    const lines = bytes.toString().split('\n');
    const upTo = bytes.lastIndexOf(0x0a, bytes.length - 2);
    let refused = 0;
    for (let at = 0; at < upTo; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => readLog('targets', new Map([[1, changed]])), `byte ${at}`).toThrow();
      refused += 1;
    }
    expect(refused).toBe(upTo);
    for (const left of [0, 1]) {
      const without = Buffer.from(lines.filter((_line, index) => index !== left).join('\n'));
      expect(() => readLog('targets', new Map([[1, without]]))).toThrow(/has the number/);
    }
    expect(() => readLog('exchange', segments)).toThrow(/is one of "targets"/);
    expect(() => readLog('targets', new Map([[1, bytes.subarray(0, -1)]]))).toThrow(/middle of a line/);
    expect(() => readLog('targets', new Map([[2, bytes]]))).toThrow(/1\.jsonl is missing/);
  });

  it('begins a new segment after 64 entries and leaves full ones as they are', () => {
    const short = logged(
      'targets',
      Array.from({ length: 64 }, () => []),
    );
    const long = logged(
      'targets',
      Array.from({ length: 130 }, () => []),
    );
    expect([short.segments.size, long.segments.size]).toEqual([1, 3]);
    expect(long.segments.get(1)).toEqual(short.segments.get(1));
    expect(checkLogs([short.head], [long])).toMatchObject({ ok: true });
  });
});
