import fs from 'node:fs';
import path from 'node:path';
import { type Contender, type Family, freePort, loadCore, measuredCore, startServer } from './contender.ts';
import { type NginxRules, nginxRules } from './rules.ts';

const modSecurity = '/usr/lib/nginx/modules/ngx_http_modsecurity_module.so';
const coreRules = ['/etc/modsecurity/crs/crs-setup.conf', '/usr/share/modsecurity-crs/rules/*.conf'];

/** What stands behind all proxies: nginx with a short page from memory. */
export async function startBackend(folder: string): Promise<Contender> {
  const port = await freePort();
  const http = `server {\nlisten 127.0.0.1:${port};\nlocation / {\nreturn 200 "${'x'.repeat(512)}";\n}\n}\n`;
  return await startNginx({ folder, name: 'backend', jit: false, core: loadCore, port, main: '', http });
}

/** Proxies in front of it: bare, with rules that we compiled, with the same as published, with ModSecurity and its core rules. */
export async function nginxFamily(folder: string, backend: number, jit: boolean): Promise<Family> {
  const contenders: Contender[] = [];
  for (const rules of nginxRules) contenders.push(await startProxy(folder, backend, jit, rules));
  if (!jit) contenders.push(await startProxy(folder, backend, jit, coreRuleSet(folder)));
  return { title: `nginx, pcre_jit ${jit ? 'on' : 'off'}`, contenders, warmUps: 1, equalTurns: false };
}

async function startProxy(folder: string, backend: number, jit: boolean, rules: NginxRules): Promise<Contender> {
  const port = await freePort();
  const upstream = `upstream backend {\nserver 127.0.0.1:${backend};\nkeepalive 64;\nkeepalive_requests 1000000;\n}\n`;
  const location =
    'location / {\nproxy_pass http://backend;\nproxy_http_version 1.1;\nproxy_set_header Connection "";\n}\n';
  const http = `${upstream}${rules.http}server {\nlisten 127.0.0.1:${port};\n${rules.server}${location}}\n`;
  return await startNginx({ folder, name: rules.name, jit, core: measuredCore, port, main: rules.main ?? '', http });
}

/** Debian's packages as they come, but blocking: they would else only detect. */
function coreRuleSet(folder: string): NginxRules {
  const file = path.join(folder, 'modsecurity.conf');
  const includes = ['/etc/nginx/modsecurity.conf', ...coreRules].map((included) => `Include ${included}\n`);
  fs.writeFileSync(file, `${includes.join('')}SecRuleEngine On\nSecAuditEngine Off\n`);
  return {
    name: 'ModSecurity 3 and its Core Rule Set',
    main: `load_module ${modSecurity};\n`,
    http: '',
    server: `modsecurity on;\nmodsecurity_rules_file ${file};\n`,
  };
}

interface NginxSetting {
  readonly folder: string;
  readonly name: string;
  readonly jit: boolean;
  readonly core: number;
  readonly port: number;
  /** What stands outside `http`. */
  readonly main: string;
  readonly http: string;
}

/** Starts nginx with one worker. */
async function startNginx({ folder, name, jit, core, port, main, http }: NginxSetting): Promise<Contender> {
  const own = path.join(folder, `nginx-${port}`);
  fs.mkdirSync(own);
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${own}/${kind};\n`,
  );
  const file = path.join(own, 'nginx.conf');
  fs.writeFileSync(
    file,
    `${main}daemon off;\nworker_processes 1;\npcre_jit ${jit ? 'on' : 'off'};\npid ${own}/pid;\nerror_log ${own}/error.log;\n` +
      `events {\nworker_connections 2048;\n}\nhttp {\naccess_log off;\nkeepalive_requests 1000000;\n${temp.join('')}${http}}\n`,
  );
  return await startServer(name, core, port, ['nginx', '-p', own, '-c', file]);
}
