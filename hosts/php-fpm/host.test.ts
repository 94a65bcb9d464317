import path from 'node:path';
import type { FileChange, HeldAction } from '@stopgap/agent';
import { type Clock, type CommandResult, type Files, type Folders, MachineError, silentLog } from '@stopgap/machine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePhpFpmHost, phpFpmHost } from './index.ts';
import { idleLines, withMarks, withoutMarks } from './marks.ts';
import { parseFile } from './sections.ts';

const out = (name: string): HeldAction => ({
  mitigation: `M-${name}`,
  revision: 1,
  index: 0,
  mode: 'enforce',
  action: { kind: 'appPool', name },
});

const main = '/etc/php/8.2/fpm/php-fpm.conf';
const www = '/etc/php/8.2/fpm/pool.d/www.conf';
const section = '[www]\nuser = www-data\nlisten = /run/php/fpm.sock\npm = ondemand\n';
const title = `php-fpm: master process (${main})`;

/** A machine with these files, on which PHP-FPM says of its configuration what `complaint` answers. */
function machineWith(given: Readonly<Record<string, string>>, complaint = () => '') {
  const texts = new Map(Object.entries({ [main]: '[global]\ninclude=/etc/php/8.2/fpm/pool.d/*.conf\n', ...given }));
  texts.set('/usr/sbin/php-fpm8.2', '');
  const asked: string[] = [];
  let now = 0;
  const files: { -readonly [K in keyof Files]: Files[K] } = {
    read: (file) => {
      const text = texts.get(file);
      return text === undefined ? undefined : { bytes: Buffer.from(text, 'latin1'), mode: 0o640, uid: 0, gid: 0 };
    },
    write: (file, bytes) => void texts.set(file, Buffer.from(bytes).toString('latin1')),
    remove: (file) => void texts.delete(file),
    makeFolder: () => {},
  };
  const folders: Folders = {
    list: (folder) => {
      const below = [...texts.keys()].filter((file) => file.startsWith(`${folder === '/' ? '' : folder}/`));
      const names = below.map((file) => path.relative(folder, file).split('/')[0] ?? '');
      return names.length > 0 ? [...new Set(names)] : undefined;
    },
    realPath: (file) => (texts.has(file) ? file : undefined),
    removeEmpty: () => {},
    sweep: () => {},
  };
  const run = async (file: string, args: readonly string[]): Promise<CommandResult> => {
    asked.push([path.basename(file), ...args].join(' '));
    if (args[0] === '--version') return { code: 0, stdout: 'PHP 8.2.36 (fpm-fcgi)\n', stderr: '' };
    const stderr = args[0] === '--test' ? complaint() : '';
    return { code: stderr === '' ? 0 : 78, stdout: '', stderr };
  };
  const sleep = async (ms: number) => {
    now += ms;
  };
  const clock: Clock = { now: () => now, elapsed: () => now, sleep };
  const host = phpFpmHost({ kind: 'php-fpm' }, { files, folders, commands: { run }, clock, log: silentLog });
  const plan = async (...names: string[]) => await host.plan(names.map(out), new Map());
  const bring = async (...names: string[]) => {
    const { changes } = await plan(...names);
    for (const change of changes) await host.perform(change);
    return changes;
  };
  return { host, files, texts, asked, plan, bring };
}

describe('a pool that is taken out', () => {
  it('is a comment, line by line, and comes back by its removal', async () => {
    const { texts, bring, plan } = machineWith({ [www]: `; mine\n${section}\n;pm = static\n[blog]\nlisten = 9000\n` });
    const before = texts.get(www);
    expect((await plan('www')).findings).toMatchObject([
      { presence: 'absent', detail: expect.stringContaining('line 2') },
    ]);
    await bring('www');
    expect(texts.get(www)).toBe(
      `; mine\n${section.replace(/^/gm, ';stopgap; ').replace(/;stopgap; $/, '')}\n;pm = static\n[blog]\nlisten = 9000\n`,
    );
    expect(await plan('www')).toMatchObject({ findings: [{ presence: 'in-place' }], changes: [] });
    await bring();
    expect(texts.get(www)).toBe(before);
  });

  it('that was the only one leaves one behind that serves nobody', async () => {
    const { host, texts, bring } = machineWith({ [www]: section });
    expect(host.accepts(out('www'), await host.survey())).toMatchObject({
      accepted: true,
      notes: [expect.stringContaining('stands in'), expect.stringContaining('process_control_timeout')],
    });
    await bring('www');
    const standing = parseFile(texts.get(www) ?? '').sections;
    expect(standing.map(({ name }) => name)).toEqual(['stopgap-idle']);
    expect(standing[0]?.settings.get('user')).toBe('www-data');
    expect(standing[0]?.settings.get('listen')).toBe('/run/php/stopgap-idle.sock');
    await bring();
    expect(texts.get(www)).toBe(section);
  });

  it('is taken out wherever it is defined', async () => {
    const more = '/etc/php/8.2/fpm/pool.d/zz.conf';
    const { texts, bring } = machineWith({ [www]: section, [more]: '[www]\npm.max_children = 3\n[b]\nlisten = 1\n' });
    expect((await bring('www')).map((change) => (change as FileChange).path)).toEqual([www, more]);
    expect(texts.get(more)).toBe(';stopgap; [www]\n;stopgap; pm.max_children = 3\n[b]\nlisten = 1\n');
  });

  it('has drifted when somebody puts lines of it back, and they are taken out again', async () => {
    const { texts, bring, plan } = machineWith({ [www]: `${section}[b]\nlisten = 1\n` });
    await bring('www');
    texts.set(www, texts.get(www)?.replace(';stopgap; listen', 'listen') ?? '');
    expect((await plan('www')).findings).toMatchObject([{ presence: 'drifted' }]);
    await bring('www');
    expect((await plan('www')).findings).toMatchObject([{ presence: 'in-place' }]);
  });

  it('does not overwrite what was changed after it was looked at', async () => {
    const { host, texts, plan } = machineWith({ [www]: section });
    const [change] = (await plan('www')).changes;
    texts.set(www, `; new\n${section}`);
    await expect(host.perform(change as FileChange)).rejects.toMatchObject({ code: 'changed-meanwhile' });
    await host.undo(change as FileChange);
    expect(texts.get(www)).toBe(`; new\n${section}`);
  });
});

describe('what cannot be held', () => {
  it.each([
    ['a value over several lines', `${section}env[A] = "a\n[b]"\n`, 'line 5'],
    ['an include within the pool', `${section}include=/etc/php/more.conf\n`, 'include'],
  ])('is a pool with %s', async (_what, text, words) => {
    const { plan } = machineWith({ [www]: text });
    const { findings, changes } = await plan('www');
    expect(findings).toMatchObject([{ presence: 'conflict', detail: expect.stringContaining(words) }]);
    expect(changes).toEqual([]);
  });

  it('is a pool that is not there, and one of a PHP-FPM that refuses its configuration', async () => {
    let complaint = '';
    const { host } = machineWith({ [www]: section }, () => complaint);
    expect(host.accepts(out('shop'), await host.survey())).toMatchObject({ state: 'not-applicable' });
    complaint = 'ERROR: unknown entry';
    expect(host.accepts(out('www'), await host.survey())).toMatchObject({
      state: 'prerequisite-missing',
      reason: expect.stringContaining('unknown entry'),
    });
  });

  it('is anything where it cannot be told which PHP-FPM is meant', async () => {
    const { host } = machineWith({ '/etc/php/7.4/fpm/php-fpm.conf': '' });
    const survey = await host.survey();
    expect(survey).toMatchObject({ present: false, detail: expect.stringContaining('several') });
    expect(host.accepts(out('www'), survey)).toMatchObject({ state: 'unsupported' });
  });
});

describe('files that cannot be used', () => {
  const refusing = (code: string) => () => {
    throw new MachineError('file-unwritable', `cannot write: ${code}`, Object.assign(new Error(code), { code }));
  };

  it('say what may not be written, and pass other troubles on', async () => {
    for (const [code, expected] of [
      ['EROFS', 'access-denied'],
      ['ENOSPC', 'file-unwritable'],
    ] as const) {
      const { host, files, plan } = machineWith({ [www]: section });
      const [change] = (await plan('www')).changes;
      files.write = refusing(code);
      await expect(host.perform(change as FileChange)).rejects.toMatchObject({ code: expected });
    }
  });

  it('are a prerequisite when they cannot be read', async () => {
    const { host, files } = machineWith({ [www]: section });
    files.read = refusing('EACCES');
    const survey = await host.survey();
    expect(host.accepts(out('www'), survey)).toMatchObject({ state: 'prerequisite-missing' });
  });
});

describe('putting in force', () => {
  it('tests first, and does not signal what refuses', async () => {
    const { host, asked } = machineWith({ [www]: section, '/proc/77/cmdline': title }, () => 'ERROR: no');
    await expect(host.activate()).rejects.toMatchObject({ code: 'configuration-refused' });
    expect(asked).toEqual([`php-fpm8.2 --test --fpm-config ${main}`]);
  });

  it('signals the master of this configuration and no other, and sees what it listens on', async () => {
    const unix = 'Num RefCount Protocol Flags Type St Inode Path\n0: 2 0 10000 0001 01 1 /run/php/fpm.sock\n';
    const more = { '/proc/66/cmdline': 'php-fpm: master process (/other)', '/proc/77/cmdline': `${title}  \0` };
    const { host, asked } = machineWith({ [www]: section, ...more, '/proc/77/task/77': '', '/proc/net/unix': unix });
    await host.activate();
    expect(asked.at(-1)).toBe('kill -s USR2 77');
  });

  it.each([
    ['does not listen where it should', { '/proc/77/task/77': '' }, 'nothing listens on /run/php/fpm.sock'],
    ['ends', {}, 'ended'],
  ])('says so when the master %s afterwards', async (_what, more, words) => {
    const { host } = machineWith({ [www]: section, '/proc/77/cmdline': title, ...more });
    await expect(host.activate()).rejects.toMatchObject({
      code: 'reload-failed',
      message: expect.stringContaining(words),
    });
  });

  it('leaves it at the test when PHP-FPM does not run', async () => {
    const { host, asked } = machineWith({ [www]: section });
    await host.activate();
    expect(asked).toHaveLength(1);
  });
});

describe('marks', () => {
  const line = fc.constantFrom(
    '[www]',
    '[blog]',
    ' [www] ; x',
    'pm = static',
    ';pm = x',
    '',
    '  ',
    'a = "b;c"',
    'x=\xe9',
    '[global]',
  );
  const file = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { maxLength: 20 }).chain((lines) =>
    fc.boolean().map((open) =>
      lines
        .flat()
        .slice(0, open ? -1 : undefined)
        .join(''),
    ),
  );

  it('go without a trace, whatever the file, and leave nothing of the pool in force', () => {
    fc.assert(
      fc.property(file, fc.subarray(['www', 'blog']), fc.boolean(), (text, names, idle) => {
        const marked = withMarks(text, new Set(names), idle ? idleLines(new Map([['user', 'u']])) : undefined);
        expect(withoutMarks(marked)).toBe(text);
        expect(parseFile(marked).sections.filter(({ name }) => names.includes(name))).toEqual([]);
      }),
    );
  });
});

describe('the configuration', () => {
  it('takes what it knows and nothing else', () => {
    const full = { kind: 'php-fpm', name: 'php', configFile: '/a', binary: '/b', prefix: '/c', reloadSeconds: 5 };
    expect(decodePhpFpmHost(full, 'c')).toEqual(full);
    for (const wrong of [{ configFile: 'relative' }, { unknown: 1 }, { kind: 'nginx' }]) {
      expect(() => decodePhpFpmHost({ kind: 'php-fpm', ...wrong }, 'c')).toThrow(/^c: /);
    }
  });
});
