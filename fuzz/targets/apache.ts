import { parseDirectives, walk } from '../../hosts/apache/httpd/directives.ts';
import { parseFacts } from '../../hosts/apache/httpd/facts.ts';
import { ourLines, withLine, withoutLine } from '../../hosts/apache/lines/include-line.ts';
import { includedBy, serverRootIn, takesIn } from '../../hosts/apache/lines/patterns.ts';
import { must, mustEqual } from '../engine/check.ts';
import type { OpenTarget } from '../engine/target.ts';

const own = '/etc/apache2/stopgap.conf';

/** What httpd prints is read whatever it is; our line goes into the main file and out again, byte for byte. */
export function openApache(): OpenTarget {
  return {
    seeds: [
      '# In file: /etc/apache2/apache2.conf\n#   12:\n<VirtualHost *:80>\n#   13:\n  ServerName "a b"\n#   14:\n  <Directory "/x">\n  </Directory>\n</VirtualHost>\n',
      'Included configuration files:\n  (*) /etc/apache2/apache2.conf\n    (146) /etc/x.load\nServerRoot: "/etc/apache2"\nMain ErrorLog: "/var/log/e"\nPidFile: "/p"\n core_module (static)\nVirtualHost configuration:\n*:80                   is a NameVirtualHost\n         default server a (/etc/a.conf:1)\n         port 80 namevhost a (/etc/a.conf:1)\n[::1]:443              b (/etc/b.conf:2)\n',
      'ServerRoot "/etc/apache2"\nInclude conf-enabled/*.conf\n<IfModule x>\nIncludeOptional \\\n y\n</IfModule>\nIncludeOptional /etc/apache2/stopgap.con[f]\n',
      'Listen 80\r\nInclude [a-z]?x.conf\\',
    ],
    words: ['IncludeOptional ', '# In file: ', '<VirtualHost ', '</', '\\\n', '"', '[!a', 'ServerRoot '],
    most: 64 * 1024,
    run: (input) => {
      const text = input.toString('latin1');
      const directives = [...walk(parseDirectives(text))].length;
      const facts = parseFacts(text);
      serverRootIn(text);
      for (const pattern of includedBy(text, '/etc/apache2').slice(0, 50)) takesIn(pattern, own);
      if (ourLines(text, own).length === 0) {
        const after = withLine(text, own);
        must(ourLines(after, own).length === 1, 'our line is not there');
        mustEqual(withoutLine(after, own), text, 'taken out again, it is another');
      }
      return directives + facts.files.length + facts.virtualHosts.length > 0 ? 'accepted' : 'refused';
    },
  };
}
