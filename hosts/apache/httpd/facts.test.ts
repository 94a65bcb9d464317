import { describe, expect, it } from 'vitest';
import { parseDirectives, walk, words } from './directives.ts';
import { parseFacts } from './facts.ts';

/** As Apache 2.4.71 printed it of a configuration with a macro. */
const printed = `Included configuration files:
  (*) /tmp/apx/etc/apache2.conf
    (146) /tmp/apx/etc/mods-enabled/alias.load
      (3) /tmp/apx/etc/deeper, with a blank.conf
VirtualHost configuration:
[::1]:18473            e.example (/tmp/apx/etc/sites-enabled/a.conf:25)
127.0.0.1:18471        is a NameVirtualHost
         default server b.example (/tmp/apx/etc/sites-enabled/a.conf:18)
         port 18471 namevhost b.example (/tmp/apx/etc/sites-enabled/a.conf:18)
         port 18471 namevhost c.example (/tmp/apx/etc/sites-enabled/a.conf:21)
                 alias d.example
                 wild alias *.d.example
*:18471                a.example (macro 'vhost' (defined on line 1 of "/tmp/apx/etc/sites-enabled/a.conf") used on line 17 of "/tmp/apx/etc/sites-enabled/a.conf":1)
ServerRoot: "/tmp/apx/etc"
Main DocumentRoot: "/var/www/html"
Main ErrorLog: "/tmp/apx/log/error.log"
PidFile: "/tmp/apx/run/pid"
Define: DUMP_VHOSTS
Loaded Modules:
 core_module (static)
 alias_module (shared)
`;
const macro = `macro 'vhost' (defined on line 1 of "/tmp/apx/etc/sites-enabled/a.conf") used on line 17 of "/tmp/apx/etc/sites-enabled/a.conf"`;

describe('what Apache says of its configuration', () => {
  const facts = parseFacts(printed);

  it('names its files, paths and modules', () => {
    expect(facts.files).toEqual([
      '/tmp/apx/etc/apache2.conf',
      '/tmp/apx/etc/mods-enabled/alias.load',
      '/tmp/apx/etc/deeper, with a blank.conf',
    ]);
    expect(facts).toMatchObject({
      serverRoot: '/tmp/apx/etc',
      pidFile: '/tmp/apx/run/pid',
      errorLog: '/tmp/apx/log/error.log',
    });
    expect([...facts.modules]).toEqual(['core', 'alias']);
  });

  it('names its virtual hosts with their addresses, also those out of a macro', () => {
    expect(facts.virtualHosts.map(({ address, port, name, isDefault }) => [address, port, name, isDefault])).toEqual([
      ['::1', 18_473, 'e.example', true],
      ['127.0.0.1', 18_471, 'b.example', true],
      ['127.0.0.1', 18_471, 'c.example', false],
      ['*', 18_471, 'a.example', true],
    ]);
    expect(facts.virtualHosts.at(-1)?.place).toBe(`${macro}:1`);
  });

  it('is nothing where it says nothing', () => {
    expect(parseFacts('')).toMatchObject({ files: [], virtualHosts: [], pidFile: '' });
  });
});

describe('the directives that mod_info prints', () => {
  const text = `# In file: ${macro}
#   1:
<VirtualHost *:18471>
  #   2:
  ServerName a.example
  #   5:
  <Location "/x y">
    #   6:
    <If "%{HTTPS} == 'off'">
      #   7:
      Redirect 301 "https://x/ a\\"b"
    </If>
  </Location>
</VirtualHost>
# In file: /etc/b.conf
# 118:
SSLEngine on
`;

  it('keep their sections and their places', () => {
    const found = [...walk(parseDirectives(text))].map(({ directive, around }) => [
      around.map(({ name }) => name).join(' '),
      [directive.name, ...directive.args],
      directive.place,
    ]);
    expect(found).toEqual([
      ['', ['VirtualHost', '*:18471'], `${macro}:1`],
      ['VirtualHost', ['ServerName', 'a.example'], `${macro}:2`],
      ['VirtualHost', ['Location', '/x y'], `${macro}:5`],
      ['VirtualHost Location', ['If', "%{HTTPS} == 'off'"], `${macro}:6`],
      ['VirtualHost Location If', ['Redirect', '301', 'https://x/ a"b'], `${macro}:7`],
      ['', ['SSLEngine', 'on'], '/etc/b.conf:118'],
    ]);
  });

  it('are parted into words as Apache does it', () => {
    expect(words(`a "b c" 'd "e' "f\\"g" h\\i`)).toEqual(['a', 'b c', 'd "e', 'f"g', 'h\\i']);
  });

  it('survive sections that are closed too often', () => {
    expect(parseDirectives('# In file: a\n</If>\n</If>\n#  3:\nListen 80\n')).toMatchObject([
      { name: 'Listen', place: 'a:3' },
    ]);
  });
});
