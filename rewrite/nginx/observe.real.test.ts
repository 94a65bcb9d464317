import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogRules } from '../translate/testing/catalog-rules.ts';
import { send } from '../translate/testing/wire.ts';
import { compileNginx } from './index.ts';
import { type NginxAtWork, nginxInstalled, startNginx } from './testing/nginx-at-work.ts';

describe.skipIf(!nginxInstalled)('rules that are only observed', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-observe-'));
  const log = path.join(folder, 'observed.log');
  const observed = catalogRules('CVE-2022-41040').map((set) => ({
    ...set,
    mode: 'observe' as const,
    owner: 'CVE-2022-41040 "; x',
  }));
  const rules = [...observed, ...catalogRules('CVE-2021-26855')];
  let nginx: NginxAtWork;

  beforeAll(async () => {
    fs.chmodSync(folder, 0o777);
    const { http, server, block } = compileNginx(rules, { observeLog: log });
    const rest = `location / {\nreturn 299 ok;\n}\nlocation /own-log {\naccess_log ${folder}/own.log;\n${block}return 299 ok;\n}\n`;
    nginx = await startNginx([{ http, server, rest }]);
  });
  afterAll(async () => {
    await nginx?.stop();
    fs.rmSync(folder, { recursive: true });
  });

  const ask = (url: string, cookie?: string) =>
    send(nginx.socket(0), { method: 'GET', url, host: 'a', headers: cookie === undefined ? [] : [['Cookie', cookie]] });

  it('let the request pass and write a line, while others refuse', async () => {
    expect((await ask('/autodiscover/?powershell')).status).toBe(299);
    expect((await ask('/own-log?autodiscover%50owershell"x')).status).toBe(299);
    expect((await ask('/owa/')).status).toBe(299);
    expect((await ask('/owa/', 'X-AnonResource-Backend')).status).toBe(0);
    const lines = fs.readFileSync(log, 'utf8').trim().split('\n');
    expect(lines.map((line) => line.replace(/^\S+ \S+ /, ''))).toEqual([
      '"GET /autodiscover/?powershell HTTP/1.1" CVE-2022-41040____x',
      '"GET /own-log?autodiscover%50owershell\\x22x HTTP/1.1" CVE-2022-41040____x',
    ]);
    expect(fs.readFileSync(path.join(folder, 'own.log'), 'utf8').trim().split('\n').length).toBe(1);
  });

  it('are left out, with a note, where there is no log', () => {
    const { http, notes } = compileNginx(observed);
    expect(http).toBe('');
    expect(notes.map((note) => note.text).join()).toContain('left out');
  });
});
