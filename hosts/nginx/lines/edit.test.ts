import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyStatement, parseStatements } from '../syntax/statements.ts';
import { editLines, ourLines, stripLines } from './edit.ts';

const folder = '/etc/nginx/stopgap';
const line = `include ${folder}/server.con[f]; # stopgap`;

/** Our line at the top of every block of the text, whatever the block is. */
function everywhere(text: string): string {
  const blocks = [...everyStatement(parseStatements('a', text))].flatMap(({ body }) => body ?? []);
  const insert = blocks.map(({ start }) => ({ at: start, kind: 'server' as const }));
  return editLines(text, { insert, remove: [] }, folder);
}

describe('one line put in', () => {
  it.each([
    ['as the block is indented', 'server {\n\tlisten 80;\n}', `server {\n\t${line}\n\tlisten 80;\n}`],
    ['behind a comment', 'server { # {\n  listen 80;\n}', `server { # {\n  ${line}\n  listen 80;\n}`],
    ['with the line end of the file', 'server {\r\n  a;\r\n}\r\n', `server {\r\n  ${line}\r\n  a;\r\n}\r\n`],
    ['one step in where the block is empty', '\tserver {\n\t}', `\tserver {\n\t\t${line}\n\t}`],
    ['before what stands on the same line', 'server { return 1; }', `server {\n    ${line} (line split)\n return 1; }`],
    ['between braces', 'server {}', `server {\n    ${line} (line split)\n}`],
  ])('%s', (_, before, after) => {
    expect(everywhere(before)).toBe(after);
    expect(stripLines(after, folder)).toBe(before);
  });
});

describe('our lines taken out of a file that was edited meanwhile', () => {
  it.each([
    ['indented anew', `server {\n\t\t\t${line}\n  a;\n}`, 'server {\n  a;\n}'],
    ['with blanks behind it', `server {\n  ${line}  \n  a;\n}`, 'server {\n  a;\n}'],
    ['with other line ends', `server {\r\n  ${line}\r\n  a;\r\n}`, 'server {\r\n  a;\r\n}'],
    ['without its comment', `server {\n  include ${folder}/server.con[f];\n  a;\n}`, 'server {\n  a;\n}'],
    ['named without the pattern', `server {\n  include ${folder}/server.conf; # stopgap\n  a;\n}`, 'server {\n  a;\n}'],
    ['moved down', `server {\n  a;\n  ${line}\n}`, 'server {\n  a;\n}'],
    ['on the first line of the file', `${line}\na;`, '\na;'],
    ['twice', `server {\n  ${line}\n  ${line}\n  a;\n}`, 'server {\n  a;\n}'],
    ['split, then doubled', `server {\n ${line} (line split)\n ${line}\n a; }`, 'server {\n a; }'],
    ['joined to another line', `server { ${line}\n  a;\n}`, 'server { \n  a;\n}'],
    [
      'with words of the admin behind it',
      `server {\n  include ${folder}/server.con[f]; # stopgap: keep\n}`,
      'server {\n  # stopgap: keep\n}',
    ],
    ['followed by another directive', `server {\n  include ${folder}/server.con[f]; a;\n}`, 'server {\n  a;\n}'],
    [
      'from a folder we used before',
      'server {\n  include /srv/old/server.con[f]; # stopgap\n  a;\n}',
      'server {\n  a;\n}',
    ],
    ['in a file that nginx can no longer read', `server {\n  ${line}\n  a "b;\n`, 'server {\n  a "b;\n'],
    ['split, in a file that nginx can no longer read', `server {\n  ${line} (line split)\n a; } }`, 'server { a; } }'],
  ])('%s', (_, edited, left) => {
    expect(stripLines(edited, folder)).toBe(left);
  });

  it.each([
    ['an include of the admin', 'include /etc/nginx/other/server.conf;'],
    ['our line as a comment', `# ${line}\na;`],
    ['our line in quotes', `return 200 "\n  ${line}\n";`],
    ['a marker behind something else', 'listen 80; # stopgap'],
  ])('leaves %s alone', (_, text) => {
    expect(ourLines(text, folder)).toEqual([]);
    expect(stripLines(text, folder)).toBe(text);
  });
});

describe('putting in and taking out', () => {
  const blank = fc.constantFrom('', ' ', '\t', '\n', '\r\n', '\r', ' \n\t', '\r\r\n', ' # c }\n', '#{\r\n', '\n\n');
  const word = fc.constantFrom('listen', '"a }"', "'{'", '\\{', '${x}y', '~^/a', 'é\xff');
  const simple = fc.tuple(word, blank, word, blank).map(([a, b, c, d]) => `${a} ${b}${c} ${d};`);
  const { item } = fc.letrec<{ item: string }>((tie) => ({
    item: fc.oneof(
      { maxDepth: 3 },
      simple,
      fc
        .tuple(blank, fc.array(fc.tuple(blank, tie('item')), { maxLength: 3 }), blank)
        .map(([before, inner, after]) => `server ${before}{${inner.flat().join('')}${after}}`),
    ),
  }));
  const text = fc.array(fc.tuple(blank, item), { maxLength: 5 }).map((parts) => parts.flat().join(''));

  it('gives the same bytes back, for 2,000 generated files', () => {
    fc.assert(
      fc.property(text, (original) => {
        const edited = everywhere(original);
        expect(stripLines(edited, folder)).toBe(original);
        const kinds = (of: string) => [...everyStatement(parseStatements('a', of))].map(({ name }) => name);
        const blocks = kinds(original).filter((name) => name === 'server').length;
        expect(ourLines(edited, folder)).toHaveLength(blocks);
        expect(kinds(edited).filter((name) => name !== 'include')).toEqual(kinds(original));
      }),
      { numRuns: 2_000 },
    );
  });
});
