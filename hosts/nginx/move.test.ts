import * as fs from 'node:fs';
import type { Change, FileChange, HostPlan } from '@stopgap/agent';
import { type Files, MachineError, systemFiles } from '@stopgap/machine';
import { afterEach, describe, expect, it } from 'vitest';
import { refusing } from '../../tests/rule-hosts/actions.ts';
import { type AtWork, performAll, putToWork, undoAll } from './testing/at-work.ts';

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

function changeOf({ changes }: HostPlan, ending: string): FileChange {
  const found = changes.find((change): change is FileChange => change.kind === 'file' && change.path.endsWith(ending));
  if (!found) throw new Error(`no change of ${ending}`);
  return found;
}

function edit(file: string, change: (text: string) => string): void {
  fs.writeFileSync(file, change(fs.readFileSync(file, 'latin1')), 'latin1');
}

describe('changes', () => {
  it('are made and taken back any number of times, keeping owner, mode and links', async () => {
    const { host, snapshot, file } = work();
    fs.chmodSync(file('sites-available/a'), 0o604);
    const before = snapshot();
    const plan = await host.plan([one], none);
    await undoAll(host, plan);
    expect(snapshot()).toEqual(before);
    await performAll(host, plan);
    const after = snapshot();
    expect(after.get('sites-available/a')).toMatch(/^604 /);
    expect(after.get('stopgap/http.conf')).toMatch(/^644 /);
    expect(fs.statSync(file('stopgap')).mode & 0o777).toBe(0o755);
    await performAll(host, plan);
    expect(snapshot()).toEqual(after);
    for (let time = 0; time < 2; time++) {
      await undoAll(host, plan);
      expect(snapshot()).toEqual(before);
    }
  });

  it('can be taken back from every point at which an apply, an update or a removal stops', async () => {
    const { host, snapshot } = work();
    const sets = [[one], [one, two], [two], []];
    let stops = 0;
    for (const wanted of sets) {
      const before = snapshot();
      const plan = await host.plan(wanted, none);
      for (let made = 0; made <= plan.changes.length; made++, stops++) {
        await performAll(host, { ...plan, changes: plan.changes.slice(0, made) });
        await undoAll(host, plan);
        expect(snapshot()).toEqual(before);
      }
      await performAll(host, plan);
    }
    expect(stops).toBe(6 + 4 + 4 + 6);
  });

  it('work from the change alone, in another process', async () => {
    const { host, hostWith, snapshot } = work();
    const before = snapshot();
    const plan: HostPlan = JSON.parse(JSON.stringify(await host.plan([one], none)));
    await performAll(hostWith({}), plan);
    expect((await host.plan([one], none)).changes).toEqual([]);
    await undoAll(hostWith({}), plan);
    expect(snapshot()).toEqual(before);
  });

  it('sweep up what a kill in the middle of a write left', async () => {
    const { host, file, snapshot } = work();
    const before = snapshot();
    const plan = await host.plan([one], none);
    fs.writeFileSync(file('sites-available/.a.0123456789ab.stopgap-tmp'), 'half');
    fs.writeFileSync(file('sites-available/.b.0123456789ab.stopgap-tmp.mine'), 'of somebody else');
    fs.mkdirSync(file('stopgap'));
    fs.writeFileSync(file('stopgap/.http.conf.0123456789ab.stopgap-tmp'), 'half');
    await undoAll(host, plan);
    fs.rmSync(file('sites-available/.b.0123456789ab.stopgap-tmp.mine'));
    expect(snapshot()).toEqual(before);
  });

  it('of other hosts are refused', async () => {
    const { host } = work();
    const change: Change = { kind: 'state', host: 'nginx', thing: 'x', before: '1', after: '2', summary: '' };
    await expect(host.perform(change)).rejects.toMatchObject({ code: 'configuration-refused' });
  });
});

describe('what the admin edited between plan and change', () => {
  it('keeps its edits when our lines go in, stay, and come out', async () => {
    const { host, file } = work();
    const plan = await host.plan([one], none);
    edit(file('sites-available/a'), (text) => `# mine\n${text.replace('a.example', 'a.example c.example')}`);
    const mine = fs.readFileSync(file('sites-available/a'), 'utf8');
    await performAll(host, plan);
    expect((await host.plan([one], none)).changes).toEqual([]);
    expect(fs.readFileSync(file('sites-available/a'), 'utf8')).not.toBe(mine);
    edit(file('sites-available/b'), (text) => text.replace('b.example', 'd.example'));
    await undoAll(host, plan);
    expect(fs.readFileSync(file('sites-available/a'), 'utf8')).toBe(mine);
    expect(fs.readFileSync(file('sites-available/b'), 'utf8')).toContain('\tserver_name d.example;\n}\n');
    expect((await host.plan([], none)).changes).toEqual([]);
  });

  it('keeps its edits when a removal is taken back', async () => {
    const { host, file } = work();
    await performAll(host, await host.plan([one], none));
    const removal = await host.plan([], none);
    await performAll(host, removal);
    edit(file('sites-available/a'), (text) => `${text}# mine\n`);
    await undoAll(host, removal);
    expect(fs.readFileSync(file('sites-available/a'), 'utf8')).toMatch(/# stopgap\n[\s\S]*# mine\n$/);
    expect(await host.plan([one], none)).toMatchObject({ findings: [{ presence: 'in-place' }], changes: [] });
  });

  it('may be a whole new server block, or the whole file gone', async () => {
    const { host, file } = work();
    const plan = await host.plan([one], none);
    edit(file('sites-available/a'), (text) => `${text}server { listen 127.0.0.1:18183; }\n`);
    fs.rmSync(file('sites-enabled/b'));
    fs.rmSync(file('sites-available/b'));
    await performAll(host, plan);
    expect(fs.readFileSync(file('sites-available/a'), 'utf8').match(/# stopgap/g)).toHaveLength(2);
    expect(fs.existsSync(file('sites-available/b'))).toBe(false);
    await undoAll(host, plan);
    expect((await host.plan([], none)).changes).toEqual([]);
  });

  it('may be broken: nothing goes in, but our lines come out', async () => {
    const { host, file } = work();
    const plan = await host.plan([one], none);
    edit(file('sites-available/a'), (text) => `${text}server {`);
    await expect(host.perform(changeOf(plan, '/a'))).rejects.toMatchObject({
      code: 'configuration-refused',
      message: expect.stringContaining('sites-available/a:5: unexpected end of file'),
    });
    edit(file('sites-available/a'), (text) => text.replace(/server \{$/, ''));
    await performAll(host, plan);
    edit(file('sites-available/a'), (text) => `${text}server {`);
    await undoAll(host, plan);
    expect(fs.readFileSync(file('sites-available/a'), 'utf8')).toMatch(/^server \{\n\tlisten[^#]*server \{$/);
  });

  it('may be in our own files: those are ours', async () => {
    const { host, file, snapshot } = work();
    const before = snapshot();
    const plan = await host.plan([one], none);
    await performAll(host, plan);
    edit(file('stopgap/server.conf'), (text) => `${text}# mine\n`);
    await undoAll(host, plan);
    expect(snapshot()).toEqual(before);
  });

  it("may be a stranger's file in place of ours: it is neither overwritten nor deleted", async () => {
    const { host, file } = work();
    const plan = await host.plan([one], none);
    fs.mkdirSync(file('stopgap'));
    fs.writeFileSync(file('stopgap/http.conf'), '# mine\n');
    await expect(host.perform(changeOf(plan, 'http.conf'))).rejects.toMatchObject({ code: 'changed-meanwhile' });
    await undoAll(host, plan);
    expect(fs.readFileSync(file('stopgap/http.conf'), 'utf8')).toBe('# mine\n');
  });

  it('may happen at the very moment of the write: it is seen, and the edit is worked out anew', async () => {
    let saves = 0;
    const files = editingWhileRead((file) => {
      if (file.endsWith('/a') && saves < 2) edit(file, (text) => `${text}# save ${++saves}\n`);
    });
    const { host, file } = work({}, files);
    const plan = await host.plan([one], none);
    saves = 0;
    await performAll(host, plan);
    expect(fs.readFileSync(file('sites-available/a'), 'utf8')).toMatch(/# stopgap\n[\s\S]*# save 1\n# save 2\n$/);
  });

  it('may never end: then we give way', async () => {
    let saving = false;
    const files = editingWhileRead((file) => {
      if (saving && file.endsWith('/a')) edit(file, (text) => `${text}#\n`);
    });
    const { host } = work({}, files);
    const plan = await host.plan([one], none);
    saving = true;
    await expect(performAll(host, plan)).rejects.toMatchObject({ code: 'changed-meanwhile' });
    saving = false;
    await undoAll(host, plan);
    expect((await host.plan([], none)).changes).toEqual([]);
  });
});

describe('a file that cannot be written', () => {
  it('is reported as such, and what was done before can be taken back', async () => {
    let full = true;
    const files: Files = {
      ...systemFiles,
      write: (file, ...rest) => {
        if (full && file.endsWith('/b')) {
          throw new MachineError('file-unwritable', `cannot write ${file}: read-only`, withCode('EROFS'));
        }
        systemFiles.write(file, ...rest);
      },
    };
    const { host, snapshot } = work({}, files);
    const before = snapshot();
    const plan = await host.plan([one], none);
    await expect(performAll(host, plan)).rejects.toMatchObject({ code: 'access-denied' });
    await undoAll(host, plan);
    expect(snapshot()).toEqual(before);
    full = false;
  });
});

/** Files on which `save` is called after each read, as an editor might save at any time. */
function editingWhileRead(save: (file: string) => void): Files {
  return {
    ...systemFiles,
    read: (file, maxBytes) => {
      const found = systemFiles.read(file, maxBytes);
      save(file);
      return found;
    },
  };
}

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}
