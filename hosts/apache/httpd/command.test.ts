import { type CommandResult, type Commands, MachineError } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { complaint, findHttpd, type Httpd, testLine } from './command.ts';

const version =
  'Server version: Apache/2.4.71 (Debian)\n -D HTTPD_ROOT="/etc/apache2"\n -D SERVER_CONFIG_FILE="apache2.conf"\n';

/** A machine that has these programs. */
const having = (programs: Readonly<Record<string, Partial<CommandResult>>>): Commands => ({
  run: async (file) => {
    const answer = programs[file];
    if (!answer) throw new MachineError('command-not-found', `cannot run ${file}: ENOENT`);
    return { code: 0, stdout: '', stderr: '', ...answer };
  },
});

describe('httpd', () => {
  it('is the first of its usual names that is there', async () => {
    const found = await findHttpd(
      { kind: 'apache' },
      having({ '/usr/sbin/httpd': { stdout: version }, apachectl: { stdout: version } }),
    );
    expect(found).toMatchObject({
      command: '/usr/sbin/httpd',
      version: '2.4.71',
      root: '/etc/apache2',
      configFile: 'apache2.conf',
    });
    expect(await findHttpd({ kind: 'apache' }, having({}))).toBeUndefined();
  });

  it('is run as configured, also by whoever reads how to test it', async () => {
    const config = {
      kind: 'apache',
      command: 'h',
      serverRoot: '/srv/a b',
      configFile: 'x.conf',
      defines: ['SSL'],
      environment: new Map([['RUN', '/run']]),
    } as const;
    const found = await findHttpd(config, having({ h: { stdout: version } }));
    expect(found?.args).toEqual(['-d', '/srv/a b', '-f', 'x.conf', '-D', 'SSL']);
    expect(testLine(found as Httpd)).toBe("RUN=/run h -d '/srv/a b' -f x.conf -D SSL -t");
  });

  it('is not another program, and one that fails says why', async () => {
    expect(
      await findHttpd({ kind: 'apache', command: 'nginx' }, having({ nginx: { stderr: 'nginx version: 1' } })),
    ).toBeUndefined();
    const failing = having({
      apache2ctl: { code: 1, stderr: 'mktemp: failed to create directory: Read-only file system\n' },
    });
    await expect(findHttpd({ kind: 'apache' }, failing)).rejects.toMatchObject({
      code: 'unreachable',
      message: 'apache2ctl -V does not work: mktemp: failed to create directory: Read-only file system',
    });
  });
});

describe("Apache's words against a configuration", () => {
  const said = (stderr: string, stdout = '') => complaint({ code: 1, stdout, stderr });

  it.each([
    [
      "AH00526: Syntax error on line 1 of /etc/a.conf:\nInvalid command 'Oops'\nAction '-t' failed.\nThe Apache error log may have more information.\n",
      "AH00526: Syntax error on line 1 of /etc/a.conf: Invalid command 'Oops'",
    ],
    [
      '[Sun Nov 22 02:48:56.420998 2026] [core:warn] [pid 1:tid 2] AH00111: Config variable ${X} is not defined\napache2: Syntax error on line 80\n',
      'apache2: Syntax error on line 80',
    ],
    [
      'AH00558: apache2: Could not reliably determine the name\n[Sun Nov 22 02:48:56.420998 2026] [ssl:emerg] [pid 1:tid 2] AH02565: no match\n',
      'AH02565: no match',
    ],
    ['', 'it ended with exit code 1 and said nothing'],
  ])('are those that matter: %j', (stderr, wanted) => {
    expect(said(stderr)).toBe(wanted);
  });

  it('are what it printed elsewhere, if it says nothing on standard error', () => {
    expect(said("Action '-t' failed.\n", 'wrong\n')).toBe('wrong');
  });
});
