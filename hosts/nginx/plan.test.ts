import { systemFiles } from '@stopgap/machine';
import { afterEach, describe, expect, it } from 'vitest';
import { refusing } from '../../tests/rule-hosts/actions.ts';
import { type AtWork, filesOf, performAll, putToWork, undoAll } from './testing/at-work.ts';

let at: AtWork | undefined;

afterEach(() => {
  at?.remove();
  at = undefined;
});

function work(...given: Parameters<typeof putToWork>): AtWork {
  at = putToWork(...given);
  return at;
}

const none = new Map<string, string>();
const one = refusing('one');
const two = refusing('two');

describe('a plan', () => {
  it('names each change in an order that holds at every step', async () => {
    const { host, root } = work();
    const { findings, changes } = await host.plan([one], none);
    expect(findings).toEqual([{ presence: 'absent', detail: 'not there' }]);
    expect(changes.map(({ summary }) => summary.replaceAll(root, ''))).toEqual([
      'rules in /stopgap/http.conf written',
      'rules in /stopgap/server.conf written',
      'include line into the http block (/nginx.conf)',
      'include line into server a.example (/sites-available/a)',
      'include line into server b.example (/sites-available/b)',
    ]);
  });

  it('is empty once it was carried out, and removal leaves nothing behind', async () => {
    const { host, snapshot } = work();
    const before = snapshot();
    await performAll(host, await host.plan([one, two], none));
    const again = await host.plan([one, two], none);
    expect(again.changes).toEqual([]);
    expect(again.findings.map(({ presence }) => presence)).toEqual(['in-place', 'in-place']);
    const removal = await host.plan([], none);
    expect(filesOf(removal)).toEqual(['a', 'b', 'nginx.conf', 'server.conf', 'http.conf']);
    await performAll(host, removal);
    expect(snapshot()).toEqual(before);
    expect(await host.plan([], none)).toEqual({ findings: [], changes: [] });
  });

  it('exchanges the rules with the definitions of both sets in between', async () => {
    const { host, root, snapshot } = work();
    await performAll(host, await host.plan([one], none));
    const between = snapshot();
    const plan = await host.plan([one, two], none);
    expect(plan.findings.map(({ presence }) => presence)).toEqual(['in-place', 'absent']);
    expect(plan.changes.map(({ summary }) => summary.replaceAll(root, ''))).toEqual([
      'rules in /stopgap/http.conf rewritten',
      'rules in /stopgap/server.conf rewritten',
      'rules in /stopgap/http.conf rewritten',
    ]);
    for (let made = 0; made <= plan.changes.length; made++) {
      await performAll(host, { findings: [], changes: plan.changes.slice(0, made) });
      await undoAll(host, plan);
      expect(snapshot()).toEqual(between);
    }
  });

  it('puts what nginx hands down into each block that has such a directive of its own, and out again', async () => {
    const site =
      'server {\n\tadd_header A 1;\n\tlocation / {\n\t\taccess_log off;\n\t\tlocation /b { add_header B 2; if ($args) { add_header C 3; } }\n\t}\n\tlocation /c { include snippet; }\n}\n';
    const { host, file, snapshot } = work({}, systemFiles, {
      files: [
        ['nginx.conf', 'http {\n\tadd_header Z 0;\n\tinclude sites/*;\n}\n'],
        ['sites/a', site],
        ['snippet', 'add_header D 4;\n'],
      ],
    });
    const before = snapshot();
    await performAll(host, await host.plan([one], none));
    const withoutHeader = snapshot();
    const plan = await host.plan([one, refusing('header')], none);
    const blocks = 'server, location /b, if ($args), location /c';
    expect(plan.changes.at(-1)?.summary).toBe(`include line into ${blocks} (${file('sites/a')})`);
    await performAll(host, plan);
    const text = systemFiles.read(file('sites/a'))?.bytes.toString();
    expect(text?.replaceAll(file('stopgap'), '')).toMatchInlineSnapshot(`
      "server {
      	include /add_header.con[f]; # stopgap
      	include /server.con[f]; # stopgap
      	add_header A 1;
      	location / {
      		access_log off;
      		location /b {
      			include /add_header.con[f]; # stopgap (line split)
       add_header B 2; if ($args) {
      			include /add_header.con[f]; # stopgap (line split)
       add_header C 3; } }
      	}
      	location /c {
      		include /add_header.con[f]; # stopgap (line split)
       include snippet; }
      }
      "
    `);
    expect(await host.plan([one, refusing('header')], none)).toMatchObject({
      findings: [{ presence: 'in-place' }, { presence: 'in-place' }],
      changes: [],
    });
    await performAll(host, await host.plan([one], none));
    expect(snapshot()).toEqual(withoutHeader);
    await performAll(host, await host.plan([], none));
    expect(snapshot()).toEqual(before);
  });

  it('is a function of what is wanted, and of its order', async () => {
    const { host } = work();
    const first = await host.plan([one, two], none);
    expect(await host.plan([refusing('one'), refusing('two')], none)).toEqual(first);
    expect((await host.plan([two, one], none)).changes).not.toEqual(first.changes);
  });

  it('protects only the sites that are named', async () => {
    const { host } = work({ sites: ['B.example'] });
    expect(filesOf(await host.plan([one], none))).toEqual(['http.conf', 'server.conf', 'nginx.conf', 'b']);
  });

  it('takes the line out of a site that is no longer named', async () => {
    const { host, file, hostWith } = work();
    await performAll(host, await host.plan([one], none));
    const plan = await hostWith({ sites: ['a.example'] }).plan([one], none);
    expect(plan.changes.map(({ summary }) => summary)).toEqual([
      `1 include line taken out (${file('sites-available/b')})`,
    ]);
  });
});

function edit(name: string, change: (text: string) => string): void {
  const file = at?.file(name) ?? '';
  systemFiles.write(file, change(systemFiles.read(file)?.bytes.toString('utf8') ?? ''), { mode: 0o644 });
}

describe('what stands is told apart:', () => {
  it.each<[string, () => void, string]>([
    [
      'a rule that somebody changed',
      () => edit('stopgap/server.conf', (text) => text.replace('444', '200')),
      'was changed by somebody',
    ],
    ['a file of ours that was deleted', () => systemFiles.remove(at?.file('stopgap/http.conf') ?? ''), 'was deleted'],
    [
      'a line that was taken out',
      () => edit('sites-available/a', (text) => text.replace(/.*# stopgap\n/, '')),
      'the include line of server a.example is missing',
    ],
    [
      'a line that was moved behind a return',
      () =>
        edit(
          'sites-available/a',
          (text) =>
            `${text.replace(/.*# stopgap\n/, '').replace('}', 'return 200;\n')}${text.match(/.*# stopgap\n/)}}\n`,
        ),
      'the include line of server a.example is missing',
    ],
    [
      'a new server block',
      () => edit('sites-available/a', (text) => `${text}server { listen 127.0.0.1:18183; }\n`),
      'is missing',
    ],
    [
      'a line that was copied',
      () => edit('sites-available/a', (text) => text.replace(/.*# stopgap\n/, '$&$&')),
      '1 of our include lines stand',
    ],
    [
      'a line for http that was taken out',
      () => edit('nginx.conf', (text) => text.replace(/.*# stopgap\n/, '')),
      'the include line of the http block is missing',
    ],
    [
      'the sizes of map hashes, put in behind our line',
      () => edit('nginx.conf', (text) => text.replace(/.*# stopgap\n/, '$&map_hash_max_size 4096;\n')),
      'the include line of the http block is missing',
    ],
  ])('%s is drift, and mended', async (_, harm, detail) => {
    const { host } = work();
    await performAll(host, await host.plan([one], none));
    harm();
    const plan = await host.plan([one], none);
    expect(plan.findings).toMatchObject([{ presence: 'drifted', detail: expect.stringContaining(detail) }]);
    await performAll(host, plan);
    const mended = await host.plan([one], none);
    expect(mended).toMatchObject({ findings: [{ presence: 'in-place' }], changes: [] });
  });

  it('harmless edits of the admin are none', async () => {
    const { host } = work();
    await performAll(host, await host.plan([one], none));
    edit('sites-available/a', (text) => `# mine\n${text.replace('listen', 'gzip on;\n\tlisten')}`);
    expect(await host.plan([one], none)).toMatchObject({ findings: [{ presence: 'in-place' }], changes: [] });
  });

  it('another revision or mode is not yet this one', async () => {
    const { host } = work();
    await performAll(host, await host.plan([one], none));
    const detail = 'another revision or mode of it is in place';
    for (const next of [refusing('one', { revision: 2 }), refusing('one', { mode: 'observe' })]) {
      expect((await host.plan([next], none)).findings).toEqual([{ presence: 'absent', detail }]);
    }
  });

  it('the same rules, written in another way by a newer Stopgap, are drift', async () => {
    const { host, hostWith, nginx } = work();
    await performAll(host, await host.plan([one, two], none));
    nginx.build = nginx.build.replace('1.22.1', '1.28.0');
    for (const wanted of [
      [one, two],
      [one, two, refusing('three')],
    ]) {
      const { findings } = await hostWith({}).plan(wanted, none);
      expect(findings[0]).toMatchObject({
        presence: 'drifted',
        detail: expect.stringContaining('written in another way'),
      });
    }
    await performAll(host, await host.plan([one, two], none));
    expect((await host.plan([one, two, refusing('three')], none)).findings.map(({ presence }) => presence)).toEqual([
      'in-place',
      'in-place',
      'absent',
    ]);
  });

  it("a stranger's file on our path is a conflict, and stays", async () => {
    const { host, file } = work();
    systemFiles.makeFolder(file('stopgap'));
    systemFiles.write(file('stopgap/http.conf'), '# mine\n');
    const plan = await host.plan([one, two], none);
    expect(plan.changes).toEqual([]);
    expect(plan.findings.map(({ presence }) => presence)).toEqual(['conflict', 'conflict']);
    expect(plan.findings[0]?.detail).toContain(file('stopgap/http.conf'));
    expect((await host.plan([], none)).changes).toEqual([]);
  });
});

describe('a log of our own', () => {
  const logging = refusing('log', { mode: 'observe' });

  it('does not take the place of the one that nginx keeps by itself', async () => {
    const { host, file } = work();
    await performAll(host, await host.plan([logging], none));
    const http = () => systemFiles.read(file('stopgap/http.conf'))?.bytes.toString();
    expect(http()).toContain('access_log "/usr/share/nginx/logs/access.log" combined;');
    edit('nginx.conf', (text) => text.replace('http {', 'http {\n\taccess_log off;'));
    const plan = await host.plan([logging], none);
    expect(plan.findings).toMatchObject([{ presence: 'drifted' }]);
    await performAll(host, plan);
    expect(http()).not.toContain('combined');
  });
});

describe('no plan is made', () => {
  it('from a configuration that cannot be read, and the message names file and line', async () => {
    const { host, file } = work();
    systemFiles.write(file('sites-available/b'), 'server {\n\tlisten 80;\n');
    const message = `${file('sites-available/b')}:3: unexpected end of file, expecting "}"`;
    await expect(host.plan([one], none)).rejects.toMatchObject({ code: 'configuration-refused', message });
  });

  it('but a removal takes away what can still be found', async () => {
    const { host, file } = work();
    await performAll(host, await host.plan([one], none));
    edit('sites-available/b', (text) => text.replace('}', ''));
    expect(filesOf(await host.plan([], none))).toEqual(['server.conf', 'http.conf']);
    expect(systemFiles.read(file('stopgap/http.conf'))).toBeDefined();
  });

  it('where a pattern of the admin would take our files in', async () => {
    const { host, file } = work();
    systemFiles.write(file('nginx.conf'), 'events {}\nhttp {\n\tinclude */*.conf;\n}\n');
    await expect(host.plan([one], none)).rejects.toMatchObject({
      code: 'configuration-refused',
      message: expect.stringContaining(`nginx.conf:3: "include */*.conf" would take in ${file('stopgap/http.conf')}`),
    });
  });

  it('without nginx; only what is left of us is cleaned up', async () => {
    const { host, nginx, snapshot } = work();
    const before = snapshot();
    await performAll(host, await host.plan([one], none));
    nginx.answer('-V', () => ({ code: 1, stderr: 'not nginx at all' }));
    await expect(host.plan([one], none)).rejects.toMatchObject({ code: 'unreachable' });
    await performAll(host, await host.plan([], none));
    expect(snapshot()).toEqual(before);
    await host.activate();
  });
});
