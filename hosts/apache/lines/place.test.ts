import path from 'node:path';
import { type Folders, systemFolders } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { includedBy, serverRootIn, takesIn } from './patterns.ts';
import { placeFor } from './place.ts';

const folders: Folders = { ...systemFolders, list: (folder) => (path.basename(folder) === 'gone' ? undefined : []) };
const place = (text: string, configured?: string) =>
  placeFor({ path: '/etc/httpd/conf/httpd.conf', text }, '/etc/httpd', configured, folders);

describe('the place of our file', () => {
  it.each([
    [
      "Debian's",
      'IncludeOptional mods-enabled/*.conf\nIncludeOptional conf-enabled/*.conf\nIncludeOptional sites-enabled/*.conf\n',
      '/etc/httpd/conf-enabled/zz-stopgap.conf',
    ],
    [
      "Red Hat's",
      'Include conf.modules.d/*.conf\nIncludeOptional conf.d/*.conf\n',
      '/etc/httpd/conf.d/zz-stopgap.conf',
    ],
    ["FreeBSD's", 'Include "etc/apache24/Includes/*.conf"\n', '/etc/httpd/etc/apache24/Includes/zz-stopgap.conf'],
    ['a whole folder', 'Include /srv/conf.d/\n', '/srv/conf.d/zz-stopgap.conf'],
    ['a line that goes on', 'IncludeOptional \\\n  conf.d/*.conf\n', '/etc/httpd/conf.d/zz-stopgap.conf'],
  ])('is in the folder for additions: %s', (_, text, file) => {
    expect(place(text)).toMatchObject({ file, needsLine: false });
  });

  it.each([
    ['no folder', 'Include sites/*.conf\n'],
    ['a folder in a section', '<VirtualHost *:80>\nInclude conf.d/*.conf\n</VirtualHost>\n'],
    ['a folder in a comment', '# IncludeOptional conf.d/*.conf\n'],
    ['a folder whose pattern wants other names', 'IncludeOptional conf.d/site-*.conf\n'],
    ['a folder by a variable', 'IncludeOptional ${DIR}/conf.d/*.conf\n'],
  ])('is beside the main file, by a line of ours, where there is %s', (_, text) => {
    expect(place(text)).toMatchObject({ file: '/etc/httpd/conf/stopgap.conf', needsLine: true });
  });

  it('is where it is configured, and needs a line only where nothing takes it in', () => {
    expect(place('Include /srv/*.conf\n', '/srv/own.conf')).toMatchObject({ file: '/srv/own.conf', needsLine: false });
    expect(place('IncludeOptional /srv/own.conf\n', '/srv/own.conf')).toMatchObject({
      file: '/srv/own.conf',
      needsLine: false,
    });
    expect(place('IncludeOptional /srv/own.con[f]\n', '/srv/own.conf')).toMatchObject({
      file: '/srv/own.conf',
      needsLine: true,
    });
  });
});

describe('patterns', () => {
  it.each([
    ['/a/*.conf', '/a/b.conf', true],
    ['/a/*.conf', '/a/.b.conf', false],
    ['/a/*.conf', '/a/b/c.conf', false],
    ['/*/b.conf', '/a/b.conf', true],
    ['/a/[!b]?.conf', '/a/cd.conf', true],
    ['/a/[!b]?.conf', '/a/bd.conf', false],
    ['/a/[z-a].conf', '/a/b.conf', false],
    [`/a/${'*'.repeat(100)}z`, '/a/stopgap.conf', false],
    ['/a', '/a/b/c.conf', true],
    ['/a/b.conf', '/a/bxconf', false],
  ])('%s takes in %s: %s', (pattern, file, wanted) => {
    expect(takesIn(pattern, file)).toBe(wanted);
  });

  it('are read from outside of sections only, and the root from where it stands', () => {
    const text = '<IfModule a>\nInclude x\n</IfModule>\nServerRoot "/srv/a b"\ninclude y.conf\n';
    expect(includedBy(text, '/r')).toEqual(['/r/y.conf']);
    expect(serverRootIn(text)).toBe('/srv/a b');
  });
});
