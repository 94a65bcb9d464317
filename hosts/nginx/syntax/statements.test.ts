import { describe, expect, it } from 'vitest';
import { NginxConfigError } from './errors.ts';
import { everyStatement, parseStatements } from './statements.ts';

const words = (text: string) => parseStatements('a', text).map((one) => one.words.map(({ value }) => value));

describe('the words of a directive', () => {
  it.each([
    ['a  b\tc;', ['a', 'b', 'c']],
    ['a"b" c;', ['a"b"', 'c']],
    ['a "b c" \'d;{}\';', ['a', 'b c', 'd;{}']],
    ['a "b\\"c" \'d\\\'e\' f\\;g\\ h;', ['a', 'b"c', "d'e", 'f\\;g\\ h']],
    ['a "x\\ty\\nz\\r" \\t;', ['a', 'x\ty\nz\r', '\t']],
    ['a ${b}c $d${e} "${f}";', ['a', '${b}c', '$d${e}', '${f}']],
    ['a # b;\nc # d\n;', ['a', 'c']],
    ['a b#c;', ['a', 'b#c']],
    ['a ~^/(b|c)$;', ['a', '~^/(b|c)$']],
    ['a b}c;', ['a', 'b}c']],
    ['a ($b = "c");', ['a', '($b', '=', 'c', ')']],
    ['"a";', ['a']],
    ['a "";', ['a', '']],
  ])('%j', (text, expected) => {
    expect(words(text)).toEqual([expected]);
  });

  it('are not looked for in Lua code', () => {
    const text = 'a_by_lua_block { s = "}" --[[ } ]] t = [=[ } ]=] -- }\n { } } b { c; }';
    expect([...everyStatement(parseStatements('a', text))].map(({ name }) => name)).toEqual([
      'a_by_lua_block',
      'b',
      'c',
    ]);
  });

  it('have offsets that cut them out of the file', () => {
    const text = 'x;\n http { # c\n server { a "}"; } }\n';
    const cut = [...everyStatement(parseStatements('a', text))].map(({ start, end }) => text.slice(start, end));
    expect(cut).toEqual(['x;', 'http { # c\n server { a "}"; } }', 'server { a "}"; }', 'a "}";']);
  });
});

describe('a file that nginx would refuse', () => {
  it.each([
    ['a', 'unexpected-end', 1],
    ['\n\na b', 'unexpected-end', 3],
    ['a "b;\n}', 'unexpected-end', 2],
    ['a {\n b;\n', 'unexpected-end', 3],
    ['a;\n}\n', 'unexpected-character', 2],
    [';', 'unexpected-character', 1],
    ['a;\n{ }', 'unexpected-character', 2],
    ['a b }', 'unexpected-character', 1],
    ['a "b"c;', 'unexpected-character', 1],
    ['a { b ${c}{; }\n', 'unexpected-character', 1],
    ['map $uri $m {\n ~^/{2} 2;\n }', 'unexpected-end', 3],
    ['a_by_lua_block { "}" ', 'unexpected-end', 1],
    [`${'a {'.repeat(100)}${'}'.repeat(100)}`, 'nested-too-deep', 1],
  ])('%j', (text, code, line) => {
    const refusal = catching(() => parseStatements('/etc/nginx/a.conf', text));
    expect(refusal).toMatchObject({ code, line, file: '/etc/nginx/a.conf' });
    expect(refusal.message).toMatch(`/etc/nginx/a.conf:${line}: `);
  });
});

function catching(work: () => unknown): NginxConfigError {
  try {
    work();
  } catch (error) {
    if (error instanceof NginxConfigError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
