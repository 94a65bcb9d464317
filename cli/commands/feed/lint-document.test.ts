import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { withdrawn } from '@stopgap/mitigation';
import { describe, expect, it } from 'vitest';
import { lintDocument } from './lint-document.ts';

const catalog = path.join(import.meta.dirname, '../../../catalog');
const ids = readdirSync(catalog).filter((name) => !name.endsWith('.md'));
const read = (id: string) => readFileSync(path.join(catalog, id, 'mitigation.xml'));
const now = Date.parse('2026-11-22T00:00:00Z');

/** A document of the catalog with a part of its text replaced. */
function changed(id: string, from: string | RegExp, to: string): Buffer {
  const text = read(id).toString('utf8');
  const next = text.replace(from, to);
  if (next === text) throw new Error(`${id} has no ${from}`);
  return Buffer.from(next);
}

const lint = (bytes: Uint8Array, before?: Uint8Array) => lintDocument('x.xml', bytes, before, now);
const error = (message: RegExp) => [{ severity: 'error', message: expect.stringMatching(message) }];

describe('what keeps a document from being published', () => {
  it.each(ids)('nothing in %s of the catalog', async (id) => {
    expect(await lint(read(id))).toEqual([]);
    expect(await lint(read(id), read(id))).toEqual([]);
  });

  it('evidence that its rules do not bear out', async () => {
    const wrong = changed('CVE-2022-41040', 'expect="passes"', 'expect="refused"');
    expect(await lint(wrong)).toEqual(expect.arrayContaining(error(/should be refused, but: passes the rules/)));
  });

  it('a pattern that can run away', async () => {
    const costly = changed('CVE-2022-41040', /pattern="[^"]*powershell[^"]*"/, 'pattern="(powershell+)+(a|a)*\\1$"');
    expect(await lint(costly)).toEqual(error(/takes more than linear time; it can be exhausted with/));
  });

  it('a missing expiry, and one that is over', async () => {
    expect(await lint(changed('PING1', /<expires[^>]*>/, ''))).toEqual(error(/expires/));
    const over = changed('PING1', /<expires at="[^"]*"/, '<expires at="2026-01-01T00:00:00Z"');
    expect(await lint(over)).toEqual(error(/it expired at 2026-01-01|expires/));
  });

  it('another text under the same revision, and an older revision', async () => {
    const other = changed('CVE-2022-41040', /<title>[^<]*/, '<title>Another');
    expect(await lint(other, read('CVE-2022-41040'))).toEqual(
      error(/revision 2 is out, and it says something else; give it revision 3/),
    );
    const older = changed('CVE-2022-41040', 'revision="2"', 'revision="1"');
    expect(await lint(older, read('CVE-2022-41040'))).toEqual(error(/revision 2 is out/));
  });

  it('a wider reach under the same revision; under a higher one it is a warning', async () => {
    const wide = (revision: number) =>
      Buffer.from(
        changed('CVE-2022-41040', /<exceptRole>edge<\/exceptRole>/, '')
          .toString('utf8')
          .replace('revision="2"', `revision="${revision}"`),
      );
    expect(await lint(wide(2), read('CVE-2022-41040'))).toEqual(
      error(/it reaches further \(exchange from 15.0.0.0 to below/),
    );
    const higher = await lint(wide(3), read('CVE-2022-41040'));
    expect(new Set(higher.map(({ severity }) => severity))).toEqual(new Set(['warning']));
    expect(higher[0]?.message).toMatch(/^reaches further than revision 2: exchange from 15.0.0.0 to below/);
  });

  it('another mitigation under a name that is taken', async () => {
    expect(await lint(read('PING1'), read('CVE-2022-41040'))).toEqual(
      error(/is CVE-2022-41040 now and would become PING1/),
    );
  });

  it('but nothing in a withdrawal', async () => {
    const before = read('CVE-2022-41040');
    expect(await lint(await withdrawn(before, 'Too wide.'), before)).toEqual([]);
  });
});
