import { describe, expect, it } from 'vitest';
import { codeListsOf, documentedCodes } from './error-codes.ts';
import { isTest, listSources, readSource } from './sources.ts';

const lists = listSources()
  .filter((source) => !isTest(source.path))
  .flatMap((source) => codeListsOf(source).map((list) => ({ ...list, path: source.path })));
const documented = documentedCodes(readSource('docs/errors.md').text);

describe('docs/errors.md', () => {
  it('has a table for each closed list of codes in the source, and for no other', () => {
    expect([...documented.keys()].sort()).toEqual(lists.map((list) => list.name).sort());
  });

  it.each(lists)('lists the codes of $name ($path), each once', ({ name, codes }) => {
    expect((documented.get(name) ?? []).map((row) => row.code).sort()).toEqual([...codes].sort());
  });

  it('says of each what it means, what to do, and since which version', () => {
    const incomplete = [...documented].flatMap(([name, rows]) =>
      rows
        .filter((row) => ![row.meaning, row.remedy].every(isSentence) || !/^\d+\.\d+\.\d+$/.test(row.since))
        .map((row) => `${name} ${row.code}`),
    );
    expect(incomplete).toEqual([]);
  });
});

function isSentence(text: string): boolean {
  return /^[A-Z`].*\w.*[.)]$/.test(text);
}

describe('the check itself', () => {
  it('finds the lists of a source', () => {
    const text = `
      /** Why. */
      export type RoomErrorCode = 'a-b' | 'c';
      type OneErrorCode = 'only';
      export interface SourceTrouble { readonly step: 'dns' | 'tcp'; readonly reason: 'x' | 'y' }
      type Other = 'p' | 'q';`;
    expect(codeListsOf({ path: 'room/a.ts', text })).toEqual([
      { name: 'RoomErrorCode', codes: ['a-b', 'c'], line: 3 },
      { name: 'OneErrorCode', codes: ['only'], line: 4 },
      { name: 'SourceTrouble.step', codes: ['dns', 'tcp'], line: 5 },
    ]);
  });

  it('leaves the codes that a list takes in to the list they are from', () => {
    const text = `type RoomErrorCode = OtherErrorCode | 'a';`;
    expect(codeListsOf({ path: 'room/a.ts', text }).map((list) => list.codes)).toEqual([['a']]);
  });

  it('refuses a list that is not closed', () => {
    const text = `type RoomErrorCode = 'a' | (string & {});`;
    expect(() => codeListsOf({ path: 'room/a.ts', text })).toThrow('room/a.ts:1 RoomErrorCode is not a union');
  });

  it('reads the tables under headings that name a type', () => {
    const markdown = [
      '# Codes',
      '| `0` | not a code | of a type | 0.1.0 |',
      '## Machine: `MachineErrorCode`',
      '| code | meaning | remedy | since |',
      '| --- | --- | --- | --- |',
      '| `a-b` | it is so | do this | 0.1.0 |',
    ].join('\n');
    expect([...documentedCodes(markdown)]).toEqual([
      ['MachineErrorCode', [{ code: 'a-b', meaning: 'it is so', remedy: 'do this', since: '0.1.0' }]],
    ]);
  });
});
