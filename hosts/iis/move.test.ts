import * as fs from 'node:fs';
import type { Change, FileChange, HostPlan } from '@stopgap/agent';
import { type Files, MachineError, systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { addingPolicy, onPath, refusing } from './testing/actions.ts';
import { performAll, undoAll } from './testing/lay-out.ts';
import { apply, cleanUp, configuration, none, owa, root, server } from './testing/server.ts';

cleanUp();

const evil = refusing('evil');
const worse = refusing('worse');
const theirs = configuration(
  '<rules>\n        <rule name="a"><match url="^a$" /><action type="None" /></rule>\n      </rules>',
);

function only({ changes }: HostPlan): FileChange {
  const [change] = changes;
  if (change?.kind !== 'file' || changes.length !== 1) throw new Error('expected one change of a file');
  return change;
}

describe('changes', () => {
  it('are made and taken back any number of times, keeping mode and owner', async () => {
    const at = server({ [root]: theirs, [owa]: '<configuration/>' });
    fs.chmodSync(at.at(root), 0o604);
    const before = at.snapshot();
    const plan = await at.host.plan(
      [evil, refusing('evil too', { level: 'path', site: 'Default Web Site', path: '/owa' })],
      none,
    );
    expect(plan.changes).toHaveLength(2);
    await undoAll(at.host, plan);
    expect(at.snapshot()).toEqual(before);
    await performAll(at.host, plan);
    const after = at.snapshot();
    expect(after.get(root)).toMatch(/^604 /);
    await performAll(at.host, plan);
    expect(at.snapshot()).toEqual(after);
    for (let time = 0; time < 2; time++) {
      await undoAll(at.host, plan);
      expect(at.snapshot()).toEqual(before);
    }
  });

  it('can be taken back from every point at which an apply, an update or a removal stops', async () => {
    const at = server({ [root]: theirs });
    const below = refusing('below', { level: 'path', site: 'Default Web Site', path: '/owa' });
    let stops = 0;
    for (const wanted of [[evil], [evil, below], [below, worse], []]) {
      const before = at.snapshot();
      const plan = await at.host.plan(wanted, none);
      for (let made = 0; made <= plan.changes.length; made++, stops++) {
        await performAll(at.host, { ...plan, changes: plan.changes.slice(0, made) });
        await undoAll(at.host, plan);
        expect(at.snapshot()).toEqual(before);
      }
      await performAll(at.host, plan);
    }
    expect(stops).toBeGreaterThanOrEqual(9);
  });

  it('are not made to a file that somebody changed after the plan', async () => {
    const at = server({ [root]: theirs });
    const plan = await at.host.plan([evil], none);
    at.write(root, theirs.replace('"a"', '"b"'));
    await expect(at.host.perform(only(plan))).rejects.toMatchObject({
      code: 'changed-meanwhile',
      message: expect.stringContaining(at.at(root)),
    });
    expect(at.read(root).toString()).toBe(theirs.replace('"a"', '"b"'));
    await apply(at, [evil]);
    expect(at.read(root).toString()).toMatch(/refuse evil[\s\S]*name="b"/);
  });

  it.each([
    [
      'added a rule',
      (text: string) =>
        text.replace('</rules>', '  <rule name="new"><match url="n" /><action type="None" /></rule>\n      </rules>'),
    ],
    ['added a comment in front', (text: string) => `<!-- mine -->\n${text}`],
    ['changed a rule of theirs', (text: string) => text.replace('^a$', '^b$')],
    ['changed ours as well', (text: string) => text.replace('"evil"', '"good"').replace('^a$', '^b$')],
  ])('are taken back out of a file in which somebody %s meanwhile; theirs stays', async (_name, edit) => {
    const at = server({ [root]: theirs });
    const plan = await apply(at, [evil]);
    at.write(root, edit(at.read(root).toString()));
    await undoAll(at.host, plan);
    expect(at.read(root).toString()).toBe(edit(theirs));
  });

  it('leave what another mitigation has in the file when one is taken back after an edit', async () => {
    const at = server({ [root]: theirs });
    await apply(at, [evil]);
    const plan = await apply(at, [evil, worse]);
    at.write(root, at.read(root).toString().replace('^a$', '^b$'));
    await undoAll(at.host, plan);
    expect(await at.host.plan([evil], none)).toMatchObject({ changes: [], findings: [{ presence: 'in-place' }] });
    await apply(at, []);
    expect(at.read(root).toString()).toBe(theirs.replace('^a$', '^b$'));
  });

  it('put back what a removal took out, if it is taken back after an edit', async () => {
    const at = server({ [root]: theirs });
    await apply(at, [evil]);
    const removal = await apply(at, []);
    at.write(root, theirs.replace('^a$', '^b$'));
    await undoAll(at.host, removal);
    expect(await at.host.plan([evil], none)).toMatchObject({ changes: [], findings: [{ presence: 'in-place' }] });
  });

  it('leave a file alone that was made for them and that somebody took over or deleted', async () => {
    const at = server();
    const plan = await apply(at, [evil]);
    at.write(root, at.read(root).toString().replace('</configuration>', '    <appSettings />\r\n</configuration>'));
    await undoAll(at.host, plan);
    expect(at.read(root).toString()).toMatch(
      /^<\?xml[^>]*>\r\n<configuration>\r\n {4}<appSettings \/>\r\n<\/configuration>\r\n$/,
    );
    fs.rmSync(at.at(root));
    await undoAll(at.host, plan);
    expect(fs.existsSync(at.at(root))).toBe(false);
  });

  it('are taken back out of a file that somebody broke elsewhere', async () => {
    const at = server({ [root]: theirs });
    const plan = await apply(at, [evil]);
    const breaking = (text: string) => text.replace('</rewrite>', '<rewrite>');
    at.write(root, breaking(at.read(root).toString()));
    await at.host.undo(only(plan));
    expect(at.read(root).toString()).toBe(breaking(theirs));
  });

  it('cannot be taken out of a file in which somebody broke ours, which says where it is broken', async () => {
    const at = server({ [root]: theirs });
    const plan = await apply(at, [evil]);
    const broken = at.read(root).toString().replace('pattern="evil"', 'pattern="evil');
    at.write(root, broken);
    await expect(at.host.undo(only(plan))).rejects.toMatchObject({
      code: 'configuration-refused',
      message: expect.stringMatching(/web\.config:\d+:\d+: not XML/),
    });
    expect(at.read(root).toString()).toBe(broken);
  });

  it('sweep away what a killed write left beside the file', async () => {
    const at = server({ [root]: theirs });
    const left = 'inetpub/wwwroot/.web.config.0123456789ab.stopgap-tmp';
    at.write(left, 'half');
    await apply(at, [evil]);
    expect(fs.existsSync(at.at(left))).toBe(false);
  });

  it('of another host are refused', async () => {
    const { host } = server();
    const change: Change = {
      kind: 'state',
      host: 'iis',
      thing: 'pool',
      before: '{}',
      after: '{}',
      summary: 'pool stopped',
    };
    await expect(host.perform(change)).rejects.toMatchObject({ code: 'configuration-refused' });
  });
});

describe('a file that is broken', () => {
  const broken = `${theirs.slice(0, theirs.indexOf('</rules>'))}\n</configuration>`;

  it('is refused with file, line and column, and nothing is changed', async () => {
    const at = server({ [root]: broken });
    const before = at.snapshot();
    expect(at.host.accepts(evil, await at.host.survey())).toMatchObject({
      accepted: false,
      state: 'prerequisite-missing',
      reason: expect.stringMatching(/wwwroot\/web\.config:7:1: not XML that IIS reads: .*nothing is changed before/),
    });
    expect(await at.host.plan([evil], none)).toMatchObject({ changes: [], findings: [{ presence: 'conflict' }] });
    expect(at.snapshot()).toEqual(before);
  });

  it('elsewhere does not keep a rule from where it can stand', async () => {
    const at = server({ [owa]: broken });
    await apply(at, [evil]);
    expect((await at.host.plan([evil], none)).findings).toMatchObject([{ presence: 'in-place' }]);
  });

  it('with ours in it is kept from being forgotten: removal fails until it is mended', async () => {
    const at = server({ [root]: theirs });
    await apply(at, [evil]);
    const whole = at.read(root).toString();
    at.write(root, whole.replace('</rewrite>', '<rewrite>'));
    expect(at.host.accepts(evil, await at.host.survey())).toMatchObject({ accepted: true });
    const removal = await at.host.plan([], none);
    await expect(performAll(at.host, removal)).rejects.toMatchObject({
      message: expect.stringContaining('correct it'),
    });
    at.write(root, whole);
    await apply(at, []);
    expect(at.read(root).toString()).toBe(theirs);
  });

  it('or that another program has open is not forgotten either, and nothing else is kept from its place', async () => {
    const at = server({ [root]: theirs, [owa]: '<configuration/>' });
    let open = false;
    const files: Files = {
      ...systemFiles,
      read: (file, most) => {
        if (!open || file !== at.at(root)) return systemFiles.read(file, most);
        const cause = Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
        throw new MachineError('file-unreadable', `cannot read ${file}: EBUSY: resource busy or locked`, cause);
      },
    };
    const host = at.hostWith({}, files);
    await performAll(host, await host.plan([evil], none));
    open = true;
    expect(host.accepts(evil, await host.survey())).toMatchObject({ accepted: true });
    await performAll(host, await host.plan([evil, addingPolicy(onPath('/owa'))], none));
    expect(at.read(owa).toString()).toContain('TEST-policy');
    await expect(performAll(host, await host.plan([], none))).rejects.toMatchObject({
      message: expect.stringMatching(/web\.config: cannot be read: EBUSY/),
    });
    open = false;
    await performAll(host, await host.plan([], none));
    expect(at.read(root).toString()).toBe(theirs);
    expect(at.read(owa).toString()).toBe('<configuration/>');
  });

  it('after our edit is refused when the configuration is put in force', async () => {
    const at = server({ [root]: theirs });
    const plan = await at.host.plan([evil], none);
    for (const change of plan.changes) await at.host.perform(change);
    at.write(root, at.read(root).toString().replace('</rules>', ''));
    await expect(at.host.activate()).rejects.toMatchObject({ code: 'configuration-refused' });
    at.write(root, theirs);
    for (const change of plan.changes) await at.host.perform(change);
    at.write(
      'inetpub/inner/web.config',
      configuration('<rules><rule name="refuse evil"><match url="x" /><action type="None" /></rule></rules>'),
    );
    await expect(at.host.activate()).rejects.toMatchObject({
      code: 'configuration-refused',
      message: expect.stringContaining('500.19'),
    });
  });
});
