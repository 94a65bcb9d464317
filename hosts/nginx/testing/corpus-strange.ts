import type { CorpusCase } from './corpus.ts';
import { oneFile } from './corpus-one-file.ts';

const stream = ['ngx_stream_module'];
const lua = ['ndk_http_module', 'ngx_http_lua_module'];

/** Other languages and other kinds of server inside nginx's configuration, and what no nginx takes. */
export const strangeCases: readonly CorpusCase[] = [
  oneFile(
    'stream before http',
    1,
    'events {}\nstream {\n  upstream db { server 127.0.0.1:5432; }\n  map $ssl_preread_server_name $n { default db; }\n  server {\n    listen 127.0.0.1:18190;\n    proxy_pass db;\n  }\n}\nhttp {\n  server {\n    listen 127.0.0.1:18181;\n  }\n}\n',
    { needs: stream },
  ),
  {
    name: 'stream and mail in files of their own',
    files: [
      ['nginx.conf', 'events {}\ninclude main.d/*.conf;\nhttp {\n\tinclude conf.d/*.conf;\n}\n'],
      [
        'main.d/mail.conf',
        'mail {\n\tserver {\n\t\tlisten 127.0.0.1:18191;\n\t\tprotocol imap;\n\t\tauth_http 127.0.0.1:9;\n\t}\n}\n',
      ],
      ['main.d/stream.conf', 'stream { include stream.d/*; }\n'],
      ['stream.d/dns', 'server {\n\tlisten 127.0.0.1:18192 udp;\n\tproxy_pass 127.0.0.1:53;\n}\n'],
      ['conf.d/a.conf', 'server {\n\tlisten 127.0.0.1:18181;\n}\n'],
    ],
    http: 1,
    servers: 1,
    edited: ['nginx.conf', 'conf.d/a.conf'],
    needs: ['ngx_mail_module', ...stream],
  },
  oneFile(
    'only a stream block',
    0,
    'events {}\nstream {\n  server { listen 127.0.0.1:18190; proxy_pass 127.0.0.1:1; }\n}\n',
    {
      http: 0,
      needs: stream,
    },
  ),
  oneFile(
    'blocks of Lua code',
    2,
    'events {}\nhttp {\n  init_by_lua_block {\n    -- a comment with } and "\n    local t = { a = "}", b = \'{\', c = [[ } ]], d = [==[ ]] } ]==] }\n    --[[ server {\n    } ]]\n    local s = "a\\"}" .. \'\\\'{\'\n  }\n  server {\n    listen 127.0.0.1:18181;\n    set_by_lua_block $x { return "}" }\n    location / {\n      content_by_lua_block {\n        if a[b[1]] then ngx.say("server {") end -- }\n        ngx.say(#t) # no comment here\n      }\n    }\n  }\n  server {\n    rewrite_by_lua_block { return }\n    listen 127.0.0.1:18182;\n  }\n}\n',
    { needs: lua },
  ),
  oneFile(
    'Lua code in quotes, and scripts by name',
    1,
    'events {}\nhttp {\n  js_import main from js/main.js;\n  perl_set $p \'sub { return "}"; }\';\n  server {\n    listen 127.0.0.1:18181;\n    content_by_lua \'ngx.say("{")\';\n    js_content main.hello;\n  }\n}\n',
    { refused: 'needs njs and Perl' },
  ),
  oneFile(
    'an RTMP block with servers',
    1,
    'events {}\nrtmp {\n  server {\n    listen 1935;\n    application live { live on; }\n  }\n}\nhttp {\n  server {\n    listen 127.0.0.1:18181;\n  }\n}\n',
    { refused: 'needs the RTMP module' },
  ),
  {
    name: 'several http blocks in several files',
    files: [
      ['nginx.conf', 'events {}\ninclude h/*.conf;\nhttp {\n  server {\n    listen 127.0.0.1:18181;\n  }\n}\n'],
      ['h/a.conf', 'http {\n  server { listen 127.0.0.1:18182; }\n}'],
      ['h/b.conf', 'http\n{\n\tserver\n\t{\n\t\tlisten 127.0.0.1:18183;\n\t}\n}\n'],
    ],
    http: 3,
    servers: 3,
    edited: ['nginx.conf', 'h/a.conf', 'h/b.conf'],
    refused: 'nginx takes one http block',
  },
  oneFile(
    'a byte order mark',
    1,
    '\xef\xbb\xbf\nevents {}\nhttp {\n  server {\n    listen 127.0.0.1:18181;\n  }\n}\n',
    {
      refused: 'nginx takes the mark for a word',
      http: 1,
    },
  ),
  {
    name: 'a byte order mark right before a server block',
    files: [
      ['nginx.conf', 'events {}\nhttp {\n  include sites/*;\n}\n'],
      ['sites/a', '\xef\xbb\xbfserver {\n  listen 127.0.0.1:18181;\n}\n'],
      ['sites/b', 'server {\n  listen 127.0.0.1:18182;\n}\n'],
    ],
    http: 1,
    servers: 1,
    edited: ['nginx.conf', 'sites/b'],
    refused: 'nginx takes the mark for a part of the word',
  },
  oneFile('bare CR line ends', 1, 'events {}\rhttp {\r  server {\r    listen 127.0.0.1:18181;\r  }\r}\r'),
  oneFile(
    'CR and blanks before line ends',
    1,
    'events {}\nhttp {\r \r\n  server { \r\r\n    listen 127.0.0.1:18181;\n  }\n}\n',
  ),
  oneFile(
    'form feeds and zero bytes',
    1,
    'events {}\nhttp {\n  server {\n    listen 127.0.0.1:18181;\n    add_header X "\0\f";\n  }\n}\n',
  ),
  oneFile(
    'server and http blocks where they are none',
    1,
    'events {}\nhttp {\n  server {\n    listen 127.0.0.1:18181;\n    location /http { }\n    location = /server { }\n    types { server http; }\n  }\n  upstream http { server 127.0.0.1:1; }\n}\n',
  ),
];
