import { describe, expect, it } from 'vitest';
import { parseDirectives } from './httpd/directives.ts';
import { threatsIn } from './threats.ts';

/** A virtual host as mod_info prints it, with `lines` inside. */
const inHost = (...lines: readonly string[]) =>
  parseDirectives(
    [
      '# In file: /etc/apache2/a.conf',
      '#   1:',
      '<VirtualHost *:80>',
      ...lines.flatMap((line, at) => [`#   ${at + 2}:`, line]),
      '</VirtualHost>',
    ].join('\n'),
  );
const conditional = (line: string) => inHost('<Location "/x">', '<If "true">', line, '</If>', '</Location>');

describe('what would answer instead of the rules', () => {
  it.each([
    ['Redirect 302 "https://x.example/"', conditional('Redirect 302 "https://x.example/"')],
    ['Redirect 410', conditional('Redirect 410')],
    ['RewriteEngine On', conditional('RewriteEngine On')],
  ])('is %s in an <If> inside a <Location>, with its place', (line, directives) => {
    const what = `"${line.replaceAll('"', '')}" in an <If> inside a <Location> (/etc/apache2/a.conf:4) would answer instead of the rules`;
    expect(threatsIn(directives, '/etc/apache2/conf-enabled')).toEqual([
      { what, remedy: expect.stringContaining('move it out of the <If>') },
    ]);
  });

  it('is also one in an <Else>, however deep', () => {
    const directives = inHost(
      '<LocationMatch "x">',
      '<Else>',
      '<If "true">',
      'redirect permanent https://x/',
      '</If>',
      '</Else>',
      '</LocationMatch>',
    );
    expect(threatsIn(directives, '/etc/apache2/conf-enabled')).toHaveLength(1);
  });

  it('is a handler in Lua that asks to be first', () => {
    expect(threatsIn(inHost('LuaQuickHandler /x.lua f'), undefined)).toMatchObject([
      { what: expect.stringContaining('(/etc/apache2/a.conf:2)') },
    ]);
  });

  it.each([
    ['a Redirect in a <Location>', inHost('<Location "/x">', 'Redirect 302 https://x/', '</Location>')],
    ['a Redirect in an <If>', inHost('<If "true">', 'Redirect 302 https://x/', '</If>')],
    ['a Redirect of one path there', conditional('Redirect /y https://x/')],
    ['RewriteEngine Off there', conditional('RewriteEngine off')],
    ['Require there', conditional('Require all granted')],
  ])('is not %s', (_, directives) => {
    expect(threatsIn(directives, '/etc/apache2/conf-enabled')).toEqual([]);
  });

  it('outside of virtual hosts is one behind our file only', () => {
    const location = (file: string) =>
      `# In file: ${file}\n#  1:\n<Location "/">\n#  2:\n<If "true">\n#  3:\nRedirect 410\n</If>\n</Location>\n`;
    const [folder, behind] = ['/etc/apache2/conf-enabled', '/etc/apache2/sites-enabled/a.conf'];
    const threats = (text: string, own: string | undefined) =>
      threatsIn(parseDirectives(text), own).map(({ what }) => what);
    expect(threats(location(`${folder}/a.conf`), folder)).toEqual([]);
    expect(threats(location(`${folder}/a.conf`) + location(behind), folder)).toMatchObject([
      expect.stringContaining(`(${behind}:3)`),
    ]);
    expect(threats(location(behind), folder)).toHaveLength(1);
    expect(threats(location(behind), undefined)).toEqual([]);
  });
});
