import type { CorpusCase } from './corpus.ts';

/** A configuration of one file. */
export function oneFile(
  name: string,
  servers: number,
  text: string,
  more: Pick<CorpusCase, 'refused' | 'needs'> & { readonly http?: number } = {},
): CorpusCase {
  const { http = 1, ...rest } = more;
  const edited = http + servers > 0 ? ['nginx.conf'] : [];
  return { name, files: [['nginx.conf', text]], http, servers, edited, ...rest };
}

/** How one and the same thing is written. */
export const oneFileCases: readonly CorpusCase[] = [
  oneFile(
    'spaces, one server',
    1,
    'events {\n}\nhttp {\n    sendfile on;\n    server {\n        listen 127.0.0.1:18181;\n        return 200 "ok";\n    }\n}\n',
  ),
  oneFile('tabs', 1, 'events {}\nhttp {\n\tserver {\n\t\tlisten 127.0.0.1:18181;\n\t\troot /srv;\n\t}\n}\n'),
  oneFile(
    'two spaces and a blank line first',
    1,
    'events {}\nhttp {\n\n  server {\n\n    listen 127.0.0.1:18181;\n  }\n}\n',
  ),
  oneFile(
    'CR LF line ends',
    2,
    'events {}\r\nhttp {\r\n\tserver {\r\n\t\tlisten 127.0.0.1:18181;\r\n\t}\r\n\tserver {\r\n\t\tlisten 127.0.0.1:18182;\r\n\t}\r\n}\r\n',
  ),
  oneFile(
    'line ends of both kinds',
    2,
    'events {}\nhttp {\r\n  server {\n    listen 127.0.0.1:18181;\r\n  }\r\n  server { # second\r\n    listen 127.0.0.1:18182;\n  }\n}\r\n',
  ),
  oneFile('no line end at the end', 1, 'events {}\nhttp {\n  server {\n    listen 127.0.0.1:18181;\n  }\n}'),
  oneFile(
    'all on one line',
    2,
    'events {} http { server { listen 127.0.0.1:18181; } server { listen 127.0.0.1:18182; } }',
  ),
  oneFile(
    'one line a server',
    2,
    'events {}\nhttp {\n  server { listen 127.0.0.1:18181; return 403; }\n  server {listen 127.0.0.1:18182;}\n}\n',
  ),
  oneFile(
    'blocks without a blank before the brace',
    1,
    'events{}\nhttp{\n\tserver{\n\t\tlisten 127.0.0.1:18181;\n\t}\n}\n',
  ),
  oneFile(
    'braces on lines of their own',
    1,
    'events\n{\n}\nhttp\n{\n\tserver\n\t{\n\t\tlisten 127.0.0.1:18181;\n\t}\n}\n',
  ),
  oneFile(
    'a comment between name and brace',
    1,
    'events {}\nhttp # web {\n{\n  server # } the { site\n  {\n    listen 127.0.0.1:18181;\n  }\n}\n',
  ),
  oneFile('empty server blocks', 3, 'events {}\nhttp {\n  server {}\n  server { }\n  server {\n  }\n}\n'),
  oneFile('an http block with nothing in it', 0, 'events {}\nhttp {}\n'),
  oneFile(
    'comments behind braces',
    1,
    'events {}\nhttp { # all of {{{ it\n  server {# mail; server {\n    listen 127.0.0.1:18181; # }\n  }\n}\n',
  ),
  oneFile('blanks behind braces', 1, 'events {}\nhttp {  \t\n  server {\t \n    listen 127.0.0.1:18181;\n  }\n}\n'),
  oneFile(
    'servers that are commented out',
    1,
    'events {}\nhttp {\n  #server {\n  #  listen 127.0.0.1:80;\n  #}\n  server {\n    listen 127.0.0.1:18181;\n  }\n  # server { }\n}\n',
  ),
  oneFile(
    'quoted braces and line ends',
    2,
    'events {}\nhttp {\n  log_format a \'{"u":"$uri"}\'\n    "server {";\n  server {\n    listen 127.0.0.1:18181;\n    return 200 "}\\" # no { comment\n  server {\n";\n  }\n  server {\n    listen 127.0.0.1:18182;\n    return 200 \'it\\\'s }\';\n  }\n}\n',
  ),
  oneFile(
    'escaped braces outside quotes',
    1,
    'events {}\nhttp {\n  server {\n    listen 127.0.0.1:18181;\n    return 200 \\{\\;\\}x\\ y;\n  }\n}\n',
  ),
  oneFile(
    'variables in braces, quoted and bare',
    1,
    'events {}\nhttp {\n  server {\n    listen 127.0.0.1:18181;\n    set $a ${uri}-${host};\n    return 200 "${a}{}";\n  }\n}\n',
  ),
  oneFile(
    'quantifiers in a quoted pattern',
    1,
    'events {}\nhttp {\n  server {\n    listen 127.0.0.1:18181;\n    location ~ "^/[a-f0-9]{32}/x{2,}$" { return 404; }\n    if ($uri ~ "a{3}") { return 403; }\n  }\n}\n',
  ),
  oneFile(
    'upstreams whose servers are no blocks',
    1,
    'events {}\nhttp {\n  upstream server {\n    server 127.0.0.1:9000;\n    server unix:/run/a.sock backup;\n  }\n  server {\n    listen 127.0.0.1:18181;\n    location / { proxy_pass http://server; }\n  }\n}\n',
  ),
  oneFile(
    'map, geo, types and split_clients blocks',
    1,
    'events {}\nhttp {\n  types { text/html html; server x; }\n  map $uri $m { default 0; server 1; "~^/{2}" 2; "a{b" 3; }\n  geo $g { default 0; 10.0.0.0/8 1; }\n  split_clients $remote_addr $s { 50% a; * b; }\n  server {\n    listen 127.0.0.1:18181;\n  }\n}\n',
  ),
  oneFile(
    'if blocks and rewrites first',
    1,
    'events {}\nhttp {\n  server {\n    if ($host = "a.example") {\n      return 301 https://$host$request_uri;\n    }\n    rewrite ^/old$ /new last;\n    listen 127.0.0.1:18181;\n  }\n}\n',
  ),
  oneFile(
    'sizes of map hashes in the middle',
    1,
    'events {}\nhttp {\n  sendfile on;\n  map_hash_max_size 4096;\n  map_hash_bucket_size 128; # long names\n  map $uri $m { default 0; }\n  server {\n    listen 127.0.0.1:18181;\n  }\n}\n',
  ),
  oneFile(
    'http before events, servers between others',
    2,
    'http {\n  server {\n    listen 127.0.0.1:18181;\n  }\n  gzip on;\n  server {\n    listen 127.0.0.1:18182;\n  }\n}\nevents { worker_connections 64; }\n',
  ),
  oneFile(
    'names in quotes',
    1,
    'events {}\n"http" {\n  \'server\' {\n    "listen" "127.0.0.1:18181";\n    server_name "" \'a.example\';\n  }\n}\n',
  ),
  oneFile(
    'bytes that are no UTF-8',
    1,
    'events {}\nhttp {\n  # \xe9t\xe9 \xff\xfe\n  server { # caf\xe9\n    listen 127.0.0.1:18181;\n    add_header X "\xfc";\n  }\n}\n',
  ),
  oneFile('no http block', 0, 'events {}\n', { http: 0 }),
];
