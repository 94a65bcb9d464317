import { systemFiles, systemFolders } from '@stopgap/machine';
import { afterEach, expect, it } from 'vitest';
import type { Installation } from './running/binary.ts';
import { readTree } from './syntax/read-tree.ts';
import { type LaidOut, layOut } from './testing/lay-out.ts';
import { writtenFolders } from './written-folders.ts';

let at: LaidOut | undefined;
afterEach(() => at?.remove());

const main = `load_module modules/a.so;
include modules/*.conf;
error_log stderr;
pid /run/nginx.pid;
http {
  access_log off;
  access_log /srv/$host.log;
  proxy_cache_path /var/cache/nginx levels=1;
  include sites/*;
}
`;

it('are those of what is edited, of logs, of the pid file and of what nginx -t makes, and not those of modules', () => {
  at = layOut({
    files: [
      ['nginx.conf', main],
      ['modules/a.conf', 'thread_pool a threads=2;'],
      ['sites/shop', 'server { access_log logs/shop.log; }'],
    ],
  });
  const configFile = at.file('nginx.conf');
  const folder = at.file('stopgap');
  const tree = readTree({ files: systemFiles, folders: systemFolders, configFile, folder });
  const options = new Map([
    ['http-log-path', '/var/log/nginx/access.log'],
    ['error-log-path', 'stderr'],
    ['http-proxy-temp-path', '/var/lib/nginx/proxy'],
  ]);
  const installation: Installation = {
    binary: '/usr/sbin/nginx',
    build: { version: '1.22.1', options },
    args: [],
    globalDirectives: '',
    prefix: '/usr/share/nginx',
    configFile,
    folder,
  };
  const found = new Set(writtenFolders(installation, tree).map((one) => one.folder));
  const root = configFile.replace('/nginx.conf', '');
  expect([...found].sort()).toEqual(
    [
      root,
      `${root}/sites`,
      '/usr/share/nginx/logs',
      '/var/log/nginx',
      '/run',
      '/var/cache/nginx',
      '/var/lib/nginx',
    ].sort(),
  );
});
