import path from 'node:path';
import type { WrittenFolder } from '@stopgap/agent';
import { type ConfigFile, globalSetting, poolsOf } from './tree.ts';

/** What PHP-FPM writes to where `error_log` is not set, by its own default below `/var`. */
const defaultLog = '/var/log/php-fpm.log';

/** Where this host and `php-fpm --test` have to write: the configuration, and the logs that the test opens. Pure. */
export function writtenFolders(tree: readonly ConfigFile[]): readonly WrittenFolder[] {
  const ofPools = [...poolsOf(tree).values()].flatMap(({ name, settings }) =>
    ['access.log', 'slowlog'].flatMap((key) => settings.get(key)?.replaceAll('$pool', name) ?? []),
  );
  const logs = [globalSetting(tree, 'error_log') ?? defaultLog, ...ofPools].filter((file) => path.isAbsolute(file));
  const outside = logs.filter((file) => !file.startsWith('/dev/') && !file.startsWith('/proc/'));
  return [
    ...folders(
      tree.map((file) => file.path),
      'its configuration',
    ),
    ...folders(outside, 'logs, which "php-fpm --test" opens'),
  ];
}

function folders(files: readonly string[], why: string): readonly WrittenFolder[] {
  return [...new Set(files.map((file) => path.dirname(file)))].map((folder) => ({ folder, why }));
}
