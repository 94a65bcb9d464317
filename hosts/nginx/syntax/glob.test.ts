import { systemFolders } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { layOut } from '../testing/lay-out.ts';
import { expandGlob } from './glob.ts';
import { matchesName, matchesPath } from './glob-pattern.ts';

describe('a pattern and a name', () => {
  it.each([
    ['*', 'a.conf', true],
    ['*', '.hidden', false],
    ['?hidden', '.hidden', false],
    ['[.]hidden', '.hidden', false],
    ['.*', '.hidden', true],
    ['*.conf', 'a.conf', true],
    ['*.conf', 'a.conf.bak', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b*', 'xxbxxaxx', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['[b-d]x', 'cx', true],
    ['[b-d]x', 'ex', false],
    ['[!b-d]x', 'ex', true],
    ['[^b-d]x', 'cx', false],
    ['[]a]', ']', true],
    ['[a-]', '-', true],
    ['[[:digit:]]*', '1a', true],
    ['[[:digit:]]*', 'a1', false],
    ['[[:alpha:]_]', '_', true],
    ['[a', '[a', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['server.con[f]', 'server.conf', true],
    ['server.con[f]', 'server.con', false],
    ['server.con[f]', 'server.conf~', false],
    ['{a,b}', 'a', false],
    ['', '', true],
    ['**', '', true],
  ])('%s %s %s', (pattern, name, verdict) => {
    expect(matchesName(pattern, name)).toBe(verdict);
  });

  it('take no time that runs away', () => {
    expect(matchesName(`${'*a'.repeat(200)}b`, 'a'.repeat(5_000))).toBe(false);
    expect(matchesName(`${'['.repeat(50_000)}[:alpha:]`, 'a')).toBe(false);
  });

  it('match whole paths component by component', () => {
    expect(matchesPath('/etc/nginx/*/*.conf', '/etc/nginx/stopgap/http.conf')).toBe(true);
    expect(matchesPath('/etc/nginx/*.conf', '/etc/nginx/stopgap/http.conf')).toBe(false);
  });
});

describe('the files that a pattern stands for', () => {
  it('come sorted by bytes, links to nowhere among them, hidden ones left out', () => {
    const at = layOut({
      files: ['s/b', 's/B', 's/a-1', 's/a.1', 's/.x', 't/b'].map((name) => [name, '']),
      links: [
        ['s/z', 'nowhere'],
        ['u', 's'],
      ],
    });
    try {
      const found = (pattern: string) =>
        expandGlob(`${at.root}/${pattern}`, systemFolders).map((one) => one.slice(at.root.length + 1));
      expect(found('s/*')).toEqual(['s/B', 's/a-1', 's/a.1', 's/b', 's/z']);
      expect(found('*/b')).toEqual(['s/b', 't/b', 'u/b']);
      expect(found('./s/../t/*')).toEqual(['./s/../t/b']);
      expect(found('nowhere/*')).toEqual([]);
      expect(found('s/b/*')).toEqual([]);
    } finally {
      at.remove();
    }
  });
});
