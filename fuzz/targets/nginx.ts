import type { Files, Folders } from '@stopgap/machine';
import { editLines, ourLines, stripLines } from '../../hosts/nginx/lines/edit.ts';
import { placeLines } from '../../hosts/nginx/lines/placement.ts';
import { NginxConfigError } from '../../hosts/nginx/syntax/errors.ts';
import { parseListen } from '../../hosts/nginx/syntax/listen.ts';
import { readTree } from '../../hosts/nginx/syntax/read-tree.ts';
import { parameters } from '../../hosts/nginx/syntax/tree.ts';
import { must, mustEqual } from '../engine/check.ts';
import { type OpenTarget, outcomeOf } from '../engine/target.ts';

const folder = '/etc/stopgap/nginx';
const wish = { kinds: ['http', 'server', 'add_header'], folder, sites: undefined };

/** The main file at `/c`, which may include itself, or `/d` that is empty. */
function source(text: string) {
  const found = new Map([
    ['/c', Buffer.from(text, 'latin1')],
    ['/d', Buffer.alloc(0)],
  ]);
  const files: Files = {
    read: (file) => {
      const bytes = found.get(file);
      return bytes && { bytes, mode: 0o644, uid: 0, gid: 0 };
    },
    write: () => {},
    remove: () => {},
    makeFolder: () => {},
  };
  const folders = {
    realPath: (file: string) => (found.has(file) ? file : undefined),
    list: (path: string) => (path === '/' ? ['c', 'd'] : undefined),
    sweep: () => {},
  };
  return { files, folders: folders as unknown as Folders, configFile: '/c', folder };
}

/** A configuration that is read takes our lines in where they belong, stays readable, and has the very bytes back when they go. */
export function openNginx(): OpenTarget {
  return {
    seeds: [
      'user www-data;\nevents {\n}\nhttp {\n\tinclude /d;\n    server {\n        listen [::]:80 default_server;\n        server_name a "b c" ~^x$;\n        location / { return 200 \'x{y}\'; add_header X y; }\n    }\r\n    server { listen 443 ssl; if ($a = "b") { return 403; } }\n}\n',
      'http{server{listen unix:/x;add_header a b;}}# c',
      'http { include /c; }',
      'http { include /*; map $a $b { "x\\"" ${c}d; } }\nstream { server { listen 1; } }',
      `http { include ${folder}/http.con[f]; # stopgap\n server { \n include ${folder}/server.con[f]; # stopgap (line split)\n } }`,
    ],
    words: [
      'http {',
      'server {',
      'location / {',
      'add_header X y;',
      'include /d;',
      `include ${folder}/server.con[f]; # stopgap\n`,
      '# stopgap',
      "'",
      '"',
      '\\',
      '${',
      '};',
    ],
    most: 64 * 1024,
    run: (input) => outcomeOf(() => inAndOut(input.toString('latin1')), NginxConfigError),
  };
}

function inAndOut(text: string): void {
  stripLines(text, folder);
  const tree = readTree(source(text));
  for (const { statement } of tree.visits) parseListen(parameters(statement));
  if (ourLines(text, folder).length > 0) return;
  const { edits } = placeLines(tree, wish);
  const edit = edits.find(({ file }) => file.path === '/c');
  if (!edit || tree.files.size > 2) return;
  const after = editLines(text, edit, folder);
  must(ourLines(after, folder).length > 0, 'nothing of ours stands there');
  mustEqual(stripLines(after, folder), text, 'taken out again, it is another');
  const again = placeLines(readTree(source(after)), wish).edits.filter(({ file }) => file.path === '/c');
  mustEqual(again.length, 0, 'put in once, it is still not right');
}
