import type { CorpusCase } from './corpus.ts';

const site = (port: number, name: string) =>
  `server {\n\tlisten 127.0.0.1:${port};\n\tserver_name ${name};\n\troot /var/www/html;\n}\n`;

/** Configurations of several files. */
export const treeCases: readonly CorpusCase[] = [
  {
    name: "as Debian's package lays it out",
    files: [
      [
        'nginx.conf',
        'user www-data;\nworker_processes auto;\ninclude @ROOT@/modules-enabled/*.conf;\n\nevents {\n\tworker_connections 768;\n\t# multi_accept on;\n}\n\nhttp {\n\n\t##\n\t# Basic Settings\n\t##\n\n\tsendfile on;\n\ttypes_hash_max_size 2048;\n\tinclude @ROOT@/mime.types;\n\tdefault_type application/octet-stream;\n\n\t##\n\t# Virtual Host Configs\n\t##\n\n\tinclude @ROOT@/conf.d/*.conf;\n\tinclude @ROOT@/sites-enabled/*;\n}\n\n\n#mail {\n#\tserver {\n#\t\tlisten     localhost:110;\n#\t}\n#}\n',
      ],
      [
        'mime.types',
        '\ntypes {\n    text/html                             html htm shtml;\n    text/css                              css;\n}\n',
      ],
      ['conf.d/gzip.conf', 'gzip on;\n'],
      [
        'sites-available/default',
        `##\n# You should look at the following URL's\n##\n\n${site(18181, '_')}\n#server {\n#\tlisten 80;\n#}\n`,
      ],
      ['sites-available/mail', site(18182, 'mail.example.org')],
      ['sites-available/off', 'server { this is not read }\n'],
    ],
    links: [
      ['sites-enabled/default', '@ROOT@/sites-available/default'],
      ['sites-enabled/mail', '../sites-available/mail'],
    ],
    http: 1,
    servers: 2,
    edited: ['nginx.conf', 'sites-available/default', 'sites-available/mail'],
  },
  {
    name: 'includes inside includes, relative to the folder of nginx.conf',
    files: [
      ['nginx.conf', 'include top/*.conf;\n'],
      ['top/10-events.conf', 'events {}\n'],
      ['top/20-http.conf', 'http {\n  include web/all.conf;\n}\n'],
      ['web/all.conf', 'include web/sites/a.conf;\ninclude web/sites/[b-y]?.conf;\n'],
      ['web/sites/a.conf', site(18181, 'a.example')],
      ['web/sites/b1.conf', site(18182, 'b1.example')],
      ['web/sites/z1.conf', 'not read {'],
      ['web/sites/.b2.conf', 'not read {'],
    ],
    http: 1,
    servers: 2,
    edited: ['top/20-http.conf', 'web/sites/a.conf', 'web/sites/b1.conf'],
  },
  {
    name: 'one file under two names and included twice',
    files: [
      ['nginx.conf', 'events {}\nhttp {\n  include one/*.conf;\n  include two/a.conf;\n  include sites/a.conf;\n}\n'],
      ['sites/a.conf', site(18181, 'a.example')],
    ],
    links: [
      ['one/a.conf', '../sites/a.conf'],
      ['two', 'sites'],
    ],
    http: 1,
    servers: 1,
    edited: ['nginx.conf', 'sites/a.conf'],
  },
  {
    name: 'the inside of a server block in snippets',
    files: [
      [
        'nginx.conf',
        'events {}\nhttp {\n  server {\n    include snippets/listen.conf;\n    include snippets/names.conf;\n    location / { include snippets/deny.conf; }\n  }\n}\n',
      ],
      ['snippets/listen.conf', 'listen 127.0.0.1:18181;\n'],
      ['snippets/names.conf', 'server_name s.example www.s.example;\naccess_log off;\n'],
      ['snippets/deny.conf', 'deny all;'],
    ],
    http: 1,
    servers: 1,
    edited: ['nginx.conf'],
  },
  {
    name: 'files that are empty, or hold nothing but a comment',
    files: [
      [
        'nginx.conf',
        'events {}\nhttp {\n  include e/*;\n  server {\n    listen 127.0.0.1:18181;\n    include e/*;\n  }\n}\n',
      ],
      ['e/empty', ''],
      ['e/comment', '# nothing {'],
      ['e/newlines', '\n\r\n\n'],
    ],
    http: 1,
    servers: 1,
    edited: ['nginx.conf'],
  },
  {
    name: 'sizes of map hashes in a file without a line end',
    files: [
      ['nginx.conf', 'events {}\nhttp {\n  include conf.d/*.conf;\n  include sites/*;\n}\n'],
      ['conf.d/tuning.conf', 'map_hash_max_size 4096; map_hash_bucket_size 256;'],
      ['sites/a', site(18181, 'a.example')],
    ],
    http: 1,
    servers: 1,
    edited: ['conf.d/tuning.conf', 'sites/a'],
  },
  {
    name: 'a pattern that matches nothing, and names with blanks and quotes',
    files: [
      ['nginx.conf', 'events {}\nhttp {\n  include nothing/*.conf;\n  include "with blank/*.conf";\n}\n'],
      ['with blank/a b.conf', site(18181, 'a.example')],
      ["with blank/it's.conf", site(18182, 'b.example')],
    ],
    http: 1,
    servers: 2,
    edited: ['nginx.conf', 'with blank/a b.conf', "with blank/it's.conf"],
  },
  {
    name: 'maps whose entries are included',
    files: [
      [
        'nginx.conf',
        'events {}\nhttp {\n  map $uri $m {\n    default 0;\n    include maps/*.map;\n  }\n  server {\n    listen 127.0.0.1:18181;\n  }\n}\n',
      ],
      ['maps/a.map', '/a 1;\nserver 2;\n"/x{y" 3;\n'],
    ],
    http: 1,
    servers: 1,
    edited: ['nginx.conf'],
  },
  {
    name: 'files ending right behind a brace, one line each',
    files: [
      ['nginx.conf', 'events{}http{include s/*;}'],
      ['s/a', 'server{listen 127.0.0.1:18181;}'],
      ['s/b', 'server {}'],
      ['s/c', '\tserver { listen 127.0.0.1:18183; }\r\n'],
    ],
    http: 1,
    servers: 3,
    edited: ['nginx.conf', 's/a', 's/b', 's/c'],
  },
];
