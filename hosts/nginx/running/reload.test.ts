import * as fs from 'node:fs';
import type { Clock } from '@stopgap/machine';
import { MachineError, silentLog, systemFolders } from '@stopgap/machine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NginxHostConfig } from '../config.ts';
import { createNginxHost } from '../host.ts';
import { type LaidOut, layOut } from '../testing/lay-out.ts';
import { standInCompiler } from '../testing/stand-in-compiler.ts';
import { StandInNginx } from '../testing/stand-in-nginx.ts';
import { StandInProcesses } from '../testing/stand-in-processes.ts';

let at: LaidOut;
let nginx: StandInNginx;
let processes: StandInProcesses;
/** Milliseconds, moved on by sleeping only; and what happens while others sleep. */
let now: number;
let meanwhile: ((time: number) => void) | undefined;

const clock: Clock = {
  now: () => now,
  elapsed: () => now,
  sleep: async (ms) => {
    now += ms;
    meanwhile?.(now);
  },
};

beforeEach(() => {
  at = layOut({ files: [['nginx.conf', 'pid @ROOT@/pid;\nerror_log @ROOT@/error.log;\nevents {}\nhttp {}\n']] });
  nginx = new StandInNginx();
  processes = new StandInProcesses();
  now = 0;
  meanwhile = undefined;
  fs.writeFileSync(at.file('pid'), `${processes.master}\n`);
});

afterEach(() => at.remove());

function activate(config: Partial<NginxHostConfig> = {}): Promise<void> {
  const parts = { files: processes.files, folders: systemFolders, commands: nginx, clock, log: silentLog };
  const host = createNginxHost(
    { kind: 'nginx', configFile: at.file('nginx.conf'), ...config },
    { ...parts, compiler: standInCompiler, hostname: 'machine' },
  );
  return host.activate();
}

describe('activating', () => {
  it('tests, reloads, and comes back when only new workers take connections', async () => {
    const old = processes.start(2);
    let settled = false;
    meanwhile = (time) => {
      expect(settled).toBe(false);
      if (time === 100) processes.start(2);
      if (time === 200) processes.tellToGo(old.slice(0, 1));
      if (time === 300) processes.tellToGo(old);
    };
    await activate().then(() => {
      settled = true;
    });
    expect(now).toBe(300);
    const command = `nginx -c ${at.file('nginx.conf')}`;
    expect(nginx.asked.filter((line) => !line.endsWith('-V') && !line.startsWith('tail'))).toEqual([
      `${command} -t`,
      `${command} -s reload`,
    ]);
  });

  it('takes an old worker that has ended for one that is gone', async () => {
    const [old = 0] = processes.start(1);
    meanwhile = (time) => {
      if (time === 100) processes.start(1);
      if (time === 200) processes.titles.delete(old);
    };
    await activate();
    expect(now).toBe(200);
  });

  it('is not deceived by workers that only appear, nor by those that only go', async () => {
    const old = processes.start(1);
    meanwhile = (time) => {
      if (time === 100) processes.tellToGo(old);
      if (time === 500) processes.start(1, 'nginx: cache manager process');
      if (time === 900) processes.start(1);
    };
    await activate();
    expect(now).toBe(900);
  });

  it('asks systemd where it is told to', async () => {
    const old = processes.start(1);
    nginx.answer('systemctl reload web.service', () => {
      processes.start(1);
      processes.tellToGo(old);
      return {};
    });
    await activate({ reload: 'systemctl', unit: 'web.service' });
    expect(nginx.asked).toContain('systemctl reload web.service');
  });

  it('only tests where nginx does not run', async () => {
    for (const content of ['', '4100001\n', 'nonsense']) {
      fs.writeFileSync(at.file('pid'), content);
      await activate();
    }
    fs.rmSync(at.file('pid'));
    await activate();
    expect(nginx.asked.filter((line) => line.endsWith('-t'))).toHaveLength(4);
    expect(nginx.asked.filter((line) => line.endsWith('reload'))).toEqual([]);
  });

  it('does not take another process with the same id for nginx', async () => {
    processes.titles.set(processes.master, '/usr/bin/cron -f');
    await activate();
    expect(nginx.asked.filter((line) => line.endsWith('reload'))).toEqual([]);
  });

  it('waits a second for an nginx without workers, as nothing shows', async () => {
    processes.titles.set(processes.master, 'nginx -g daemon off; master_process off;');
    await activate();
    expect(now).toBe(1_000);
  });
});

describe('activating fails', () => {
  it("with nginx's own words when the test does, and nothing is reloaded", async () => {
    const stderr =
      'nginx: [emerg] unknown directive "foo" in /etc/nginx/a:3\nnginx: configuration file /etc/nginx/nginx.conf test failed\n';
    nginx.answer('-t', () => ({ code: 1, stderr }));
    await expect(activate()).rejects.toMatchObject({
      code: 'configuration-refused',
      message: 'nginx refuses its configuration: unknown directive "foo" in /etc/nginx/a:3',
    });
    expect(nginx.asked.filter((line) => line.endsWith('reload'))).toEqual([]);
  });

  it('when the test does not end', async () => {
    nginx.answer('-t', () => new MachineError('command-timed-out', 'nginx -t: no end after 60000 ms; it was killed'));
    await expect(activate()).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('when the command that asks for the reload does', async () => {
    processes.start(1);
    nginx.answer('-s reload', () => ({
      code: 1,
      stderr: '2026/11/21 23:58:08 [error] 9669#9669: invalid PID number "" in "/run/nginx.pid"\n',
    }));
    await expect(activate()).rejects.toMatchObject({
      code: 'reload-failed',
      message: expect.stringMatching(/-s reload: invalid PID number "" in "\/run\/nginx.pid"$/),
    });
  });

  it('as soon as the master says so in its log; older lines and other processes do not count', async () => {
    processes.start(1);
    const line = (pid: number, what: string) => `2026/11/21 23:58:08 [emerg] ${pid}#${pid}: ${what}\n`;
    let log = line(processes.master, 'of yesterday');
    nginx.answer(at.file('error.log'), () => ({ stdout: log }));
    meanwhile = (time) => {
      if (time === 300) log += line(1, 'of somebody else');
      if (time === 500) log += line(processes.master, 'limit_req "a" uses another key');
    };
    await expect(activate()).rejects.toMatchObject({
      code: 'reload-failed',
      message: 'nginx did not take the new configuration: limit_req "a" uses another key',
    });
    expect(now).toBe(600);
  });

  it('when no new workers come', async () => {
    processes.start(1);
    await expect(activate()).rejects.toMatchObject({
      code: 'reload-failed',
      message: expect.stringContaining(`30 s after the reload; see ${at.file('error.log')}`),
    });
  });
});
