import { expect, it } from 'vitest';
import { parseFile } from './sections.ts';
import { writtenFolders } from './written-folders.ts';

const fileOf = (path: string, text: string) => {
  const state = { bytes: Buffer.from(text), mode: 0o644, uid: 0, gid: 0 };
  return { path, state, text, bare: text, parsed: parseFile(text) };
};

it('are those of the configuration, and of the logs that the test of PHP-FPM opens', () => {
  const main = '[global]\nerror_log = /var/log/php/fpm.log\n';
  const pool = '[shop]\nlisten = /run/shop.sock\naccess.log = /srv/logs/$pool.log\nslowlog = /dev/null\n';
  const folders = writtenFolders([fileOf('/etc/php/fpm.conf', main), fileOf('/etc/php/pool.d/shop.conf', pool)]);
  expect(folders.map(({ folder }) => folder)).toEqual(['/etc/php', '/etc/php/pool.d', '/var/log/php', '/srv/logs']);
});

it('include the place of the log that PHP-FPM takes by default', () => {
  const folders = writtenFolders([fileOf('/etc/php/fpm.conf', '[global]\n')]);
  expect(folders.map(({ folder }) => folder)).toContain('/var/log');
});
