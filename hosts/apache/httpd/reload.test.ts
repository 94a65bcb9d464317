import { type CommandResult, type Commands, MachineError, silentLog, systemFolders } from '@stopgap/machine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusing } from '../../../tests/rule-hosts/actions.ts';
import type { ApacheHostConfig } from '../config.ts';
import { createApacheHost } from '../host.ts';
import { performAll, planOf } from '../testing/at-work.ts';
import { layoutFor } from '../testing/contract-bed.ts';
import { type LaidOut, layOut } from '../testing/lay-out.ts';
import { configFor } from '../testing/real-apache.ts';
import { quickClock, StandInHttpd } from '../testing/stand-in-httpd.ts';

type Answer = (args: readonly string[]) => Partial<CommandResult> | Error | undefined;

describe('a reload', () => {
  let at: LaidOut;
  let httpd: StandInHttpd;

  beforeEach(() => {
    at = layOut(layoutFor(8_080, 'folder'));
    at.edit('mods-enabled/alias.load', (text) => text.replace(/\S+$/m, `${at.run}/mod_alias.so`));
    httpd = new StandInHttpd(at);
  });
  afterEach(() => at.remove());

  /** Puts a rule in force, while some commands answer otherwise. */
  async function reload(
    answers: Readonly<Record<string, Answer>>,
    more: Partial<ApacheHostConfig> = {},
  ): Promise<void> {
    const commands: Commands = {
      run: async (file, args) => {
        const answer = answers[file]?.(args);
        if (answer instanceof Error) throw answer;
        if (answer === undefined) return await httpd.run(file, args);
        httpd.asked.push([file, ...args].join(' '));
        return { code: 0, stdout: '', stderr: '', ...answer };
      },
    };
    const world = { files: httpd.files, folders: systemFolders, commands, clock: quickClock(), log: silentLog };
    const host = createApacheHost({ ...configFor(at), observeLog: '/var/log/observed.log', ...more }, world);
    await performAll(host, await planOf(host, [refusing('one')]));
    await host.activate();
  }
  const asked = (word: string) => httpd.asked.filter((line) => line.includes(word));
  const missing = (file: string) => new MachineError('command-not-found', `cannot run ${file}: ENOENT`);

  it('is asked for by a signal to the parent, behind the test', async () => {
    await reload({});
    expect(asked('kill')).toEqual(['kill -USR1 4100001']);
    expect(httpd.asked.indexOf('kill -USR1 4100001')).toBeGreaterThan(
      httpd.asked.findIndex((line) => line.includes('-t')),
    );
    expect(httpd.stale).toBe(false);
  });

  it('is asked for through systemctl where that is configured, and its refusal is told', async () => {
    const passOn: Answer = () => {
      void httpd.run('kill', []);
      return {};
    };
    await reload({ systemctl: passOn }, { reload: 'systemctl', unit: 'apache2@shop.service' });
    expect(asked('systemctl')).toEqual(['systemctl reload apache2@shop.service']);
    const refused = reload({ systemctl: () => ({ code: 1, stderr: 'Unit not found.\n' }) }, { reload: 'systemctl' });
    await expect(refused).rejects.toMatchObject({
      code: 'reload-failed',
      message: 'systemctl reload apache2.service: Unit not found.',
    });
  });

  it('is asked for by httpd itself where there is no program to send signals', async () => {
    const graceful: Answer = (args) => {
      if (!args.includes('graceful')) return undefined;
      void httpd.run('kill', []);
      return {};
    };
    await reload({ kill: () => missing('kill'), '/usr/sbin/apache2': graceful });
    expect(asked('-k graceful')).toHaveLength(1);
  });

  it('that nobody answers for is failed, with what the log says last', async () => {
    const said = [
      '[Sun Nov 22 03:21:45.645562 2026] [ssl:emerg] [pid 671:tid 671] AH02565: do not match',
      '[Sun Nov 22 03:21:46.000000 2026] [core:error] [pid 1:tid 2] [client 127.0.0.1:1] an attacker was here',
    ];
    await expect(reload({ kill: () => ({}), tail: () => ({ stdout: said.join('\n') }) })).rejects.toMatchObject({
      code: 'reload-failed',
      message: expect.stringMatching(
        /shows no processes with the new configuration 30 s after the reload; its log says: AH02565: do not match$/,
      ),
    });
  });

  it('is not over while a child takes connections that was made of the old configuration since', async () => {
    let looks = 0;
    const find: Answer = () => {
      if (asked('kill').length === 0 || ++looks > 5) return undefined;
      const late = '/proc/4100004/fd socket:[77]\n/proc/4100004/fd pipe:[4100002]\n';
      return {
        stdout: `/proc/4100001/fd pipe:[4100004]\n/proc/4100005/fd socket:[77]\n/proc/4100005/fd pipe:[4100004]\n${late}`,
      };
    };
    await reload({ find });
    expect(looks).toBe(7);
  });

  it('of children that cannot be looked into takes new ones, and three seconds', async () => {
    await reload({ find: () => missing('find') });
    expect(httpd.stale).toBe(false);
    await expect(reload({ find: () => ({}), kill: () => ({}) })).rejects.toMatchObject({ code: 'reload-failed' });
  });
});
