import path from 'node:path';
import type { WrittenFolder } from '@stopgap/agent';
import type { Installation } from './running/binary.ts';
import { errorLogs } from './running/error-log.ts';
import { pidFile } from './running/processes.ts';
import { type ConfigTree, parameters } from './syntax/tree.ts';

/** Directives with a path at which `nginx -t` opens a file, makes a folder, or sets a folder's owner. */
const logDirectives = new Set(['access_log', 'error_log']);
const temporaryDirectives = /^(?:client_body|proxy|fastcgi|uwsgi|scgi)_temp_path$/;
const cacheDirectives = /^(?:proxy|fastcgi|uwsgi|scgi)_cache_path$/;

/** Where this host and `nginx -t` have to write: the configuration, the logs, the pid file, temporary folders and caches. Pure. */
export function writtenFolders(installation: Installation, tree: ConfigTree): readonly WrittenFolder[] {
  const { configFile, folder, prefix, build } = installation;
  const at = (file: string) => path.resolve(prefix, file);
  const built = (pattern: RegExp) =>
    [...build.options].filter(([name, value]) => pattern.test(name) && value !== '').map(([, value]) => value);
  const named = (wanted: (name: string) => boolean) =>
    tree.visits.flatMap(({ statement }) => (wanted(statement.name) ? parameters(statement).slice(0, 1) : []));
  const logs = [...errorLogs(installation, tree), ...named((name) => logDirectives.has(name)), ...built(/-log-path$/)];
  const temporary = [...named((name) => temporaryDirectives.test(name)), ...built(/-temp-path$/)];
  const caches = named((name) => cacheDirectives.test(name)).map(at);
  return [
    ...folders([configFile, folder, ...edited(tree)], 'its configuration'),
    ...folders(logs.filter(isFile).map(at), 'logs, which "nginx -t" opens'),
    ...folders([pidFile(installation, tree)], 'the pid file, which "nginx -t" opens'),
    ...folders(temporary.map(at), 'temporary folders, which "nginx -t" makes'),
    ...caches.map((cache) => ({ folder: cache, why: 'a cache, whose owner "nginx -t" sets' })),
  ];
}

/** Files in which lines of ours may have to stand; those that only load modules, for one, are none. */
function edited(tree: ConfigTree): readonly string[] {
  const contexts = new Set(['http', 'server', 'location']);
  const web = tree.visits.filter(({ context, statement }) => contexts.has(context) || statement.name === 'http');
  return web.map(({ file }) => file.path);
}

/** Not a device, a variable, a syslog or the word for none. */
function isFile(log: string): boolean {
  return !/^(?:off|stderr|syslog:.*|memory:.*)$/.test(log) && !log.includes('$') && !log.startsWith('/dev/');
}

function folders(files: readonly string[], why: string): readonly WrittenFolder[] {
  return [...new Set(files.map((file) => path.dirname(file)))].map((folder) => ({ folder, why }));
}
