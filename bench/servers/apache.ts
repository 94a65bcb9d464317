import fs from 'node:fs';
import path from 'node:path';
import { type Contender, type Family, freePort, measuredCore, startServer } from './contender.ts';
import { type ApacheRules, apacheRules } from './rules.ts';

const modules = [
  'mpm_event',
  'authn_core',
  'authz_core',
  'setenvif',
  'alias',
  'headers',
  'rewrite',
  'mime',
  'proxy',
  'proxy_http',
];

/** Apache httpd as a proxy: bare, with rules that we compiled, and with the same as published. */
export async function apacheFamily(folder: string, backend: number): Promise<Family> {
  const contenders: Contender[] = [];
  for (const rules of apacheRules) contenders.push(await startApache(folder, backend, rules));
  return { title: 'Apache httpd', contenders, warmUps: 1, equalTurns: false };
}

async function startApache(folder: string, backend: number, { name, main, site }: ApacheRules): Promise<Contender> {
  const port = await freePort();
  const own = path.join(folder, `apache-${port}`);
  fs.mkdirSync(own);
  const file = path.join(own, 'apache.conf');
  const lines = [
    `ServerRoot ${own}\nPidFile ${own}/pid\nServerName localhost\nDefaultRuntimeDir ${own}\nErrorLog ${own}/error.log\n`,
    ...modules.map((module) => `LoadModule ${module}_module /usr/lib/apache2/modules/mod_${module}.so\n`),
    'User www-data\nGroup www-data\nTypesConfig /dev/null\nMaxKeepAliveRequests 0\n',
    'ServerLimit 1\nStartServers 1\nThreadsPerChild 256\nThreadLimit 256\nMaxRequestWorkers 256\nKeepAliveTimeout 60\n',
    `Listen 127.0.0.1:${port}\n`,
    main,
    `<VirtualHost 127.0.0.1:${port}>\n${site}ProxyPass / http://127.0.0.1:${backend}/ keepalive=On\n</VirtualHost>\n`,
  ];
  fs.writeFileSync(file, lines.join(''));
  return await startServer(name, measuredCore, port, ['apache2', '-f', file, '-DFOREGROUND']);
}
