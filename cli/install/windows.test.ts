import * as fs from 'node:fs';
import path from 'node:path';
import { type CommandResult, type Commands, silentLog, systemClock, systemFiles } from '@stopgap/machine';
import { beforeEach, describe, expect, it } from 'vitest';
import { programIn } from './program.ts';
import { type TaskScheduler, taskSchedulerOf } from './task-scheduler.ts';
import { MemoryDisk } from './testing/memory-disk.ts';
import { carryOutTask, planTask, removeTask, type WindowsParts } from './windows-install.ts';
import { taskXml } from './windows-task.ts';

const state = '/ProgramData/Stopgap';

/** `schtasks.exe` and `icacls.exe` as they behave: exit codes, and words in the language of the machine. */
class StandInWindows {
  task: string | undefined;
  runs = false;
  readonly closed: string[] = [];
  admin = true;
  foreign = '';
  readonly written = new Map<string, Buffer>();

  run = async (file: string, args: readonly string[]): Promise<CommandResult> => {
    const done = { code: 0, stdout: 'ERFOLGREICH: ...', stderr: '' };
    const missing = { code: 1, stdout: '', stderr: 'FEHLER: Das System kann die angegebene Datei nicht finden.' };
    if (!this.admin) return { code: 1, stdout: '', stderr: 'FEHLER: Zugriff verweigert' };
    if (file === 'icacls.exe') this.closed.push(args.join(' '));
    if (file === 'icacls.exe') return done;
    if (args.at(-1)?.includes('Get-Acl')) return { code: 0, stdout: this.foreign, stderr: '' };
    const [verb] = args;
    if (verb !== '/Create' && this.task === undefined) return missing;
    if (file === 'powershell.exe') return { code: 0, stdout: this.runs ? '4 267009\r\n' : '3 1\r\n', stderr: '' };
    if (verb === '/Create') this.task = this.written.get(args[args.indexOf('/XML') + 1] ?? '')?.toString('utf16le');
    if (verb === '/Run') this.runs = true;
    if (verb === '/End' || verb === '/Delete') this.runs = false;
    if (verb === '/Delete') this.task = undefined;
    return done;
  };
}

describe('the agent on Windows (a stand-in for its Task Scheduler)', () => {
  let windows: StandInWindows;
  let disk: MemoryDisk;
  let parts: WindowsParts;

  beforeEach(() => {
    windows = new StandInWindows();
    disk = new MemoryDisk();
    const files = {
      ...systemFiles,
      write: (file: string, bytes: string | Uint8Array) => void windows.written.set(file, Buffer.from(bytes)),
      remove: (file: string) => void windows.written.delete(file),
    };
    const commands: Commands = { run: (file, args) => windows.run(file, args) };
    const scheduler: TaskScheduler = taskSchedulerOf(commands, files, state);
    const machine = { files: systemFiles, commands, clock: systemClock, log: silentLog };
    parts = { machine, disk, scheduler, program: programIn('/Program Files/Stopgap', 'win32') };
    disk.makeFolder(state, 0o700);
    disk.write(`${state}/agent.json`, '{"hosts":[]}', 0o600);
  });

  const request = { stateFolder: state, enrolment: undefined, acceptOwner: undefined };
  const install = async () => carryOutTask(await planTask(request, parts), state, parts);

  it('is a task of SYSTEM that starts with the machine, and is started again when it ends', async () => {
    await install();
    expect(windows.runs).toBe(true);
    for (const part of ['<UserId>S-1-5-18</UserId>', '<BootTrigger>', 'IgnoreNew', 'PT0S', 'PT5M']) {
      expect(windows.task).toContain(part);
    }
    expect(windows.written.size).toBe(0);
  });

  it('takes no folder in which somebody else has put something, and closes nothing', async () => {
    windows.foreign = 'C:\\ProgramData\\Stopgap\\agent.json of S-1-5-21-1-2-3-1001\r\n';
    await expect(install()).rejects.toMatchObject({
      code: 'foreign-file',
      message: expect.stringMatching(/agent\.json of S-1-5-21-1-2-3-1001: .*takeown/),
    });
    expect([windows.task, windows.closed]).toEqual([undefined, []]);
  });

  it.each([
    ['made since it was looked at', 0],
    ['put something into before it was closed', 1],
  ])('takes no folder that somebody has %s', async (_name, closed) => {
    const plan = await planTask(request, parts);
    const before = disk.snapshot();
    const run = windows.run;
    windows.run = (file, args) => {
      if (windows.closed.length === closed) windows.foreign = `${state} of S-1-5-21-1-2-3-1001\r\n`;
      return run(file, args);
    };
    await expect(carryOutTask(plan, state, parts)).rejects.toMatchObject({ code: 'foreign-file' });
    expect([windows.task, windows.closed.length, disk.snapshot()]).toEqual([undefined, closed, before]);
  });

  it('asks for owners without following a link: Windows PowerShell would with -Recurse', async () => {
    let asked = '';
    const run = async (_file: string, args: readonly string[]) => {
      asked = args.join(' ');
      return { code: 0, stdout: '', stderr: '' };
    };
    await taskSchedulerOf({ run }, systemFiles, state).foreignIn(state);
    expect(asked).toMatch(/ReparsePoint.*continue.*Get-ChildItem/);
    expect(asked).not.toContain('-Recurse');
  });

  it('says whether it runs, in numbers that are the same in every language', async () => {
    expect(await parts.scheduler.state()).toBeUndefined();
    await install();
    expect(await parts.scheduler.state()).toEqual({ running: true, enabled: true, result: 0x41301 });
    windows.runs = false;
    expect(await parts.scheduler.state()).toEqual({ running: false, enabled: true, result: 1 });
  });

  it('closes the state folder to everybody but SYSTEM and administrators', async () => {
    await install();
    expect(windows.closed).toEqual([`${state} /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F`]);
  });

  it('takes no folder of others for its own: it would be closed to them', async () => {
    disk.makeFolder('/inetpub', 0o755);
    disk.write('/inetpub/index.html', 'a site', 0o644);
    const planned = planTask({ ...request, stateFolder: '/inetpub' }, parts);
    await expect(planned).rejects.toMatchObject({ code: 'foreign-file' });
  });

  it('can be installed again, and leaves nothing when it is uninstalled', async () => {
    const before = disk.snapshot();
    await install();
    await install();
    await removeTask(state, false, parts);
    expect([windows.task, windows.runs]).toEqual([undefined, false]);
    expect(disk.snapshot()).toEqual(before);
    await expect(removeTask(state, false, parts)).rejects.toMatchObject({ code: 'not-installed' });
  });

  it('says that it needs an administrator', async () => {
    windows.admin = false;
    await expect(install()).rejects.toThrow('as an administrator');
  });

  it('has a command for people, which starts what that of other systems starts', () => {
    const read = (name: string) => fs.readFileSync(path.join(import.meta.dirname, '../../bin', name), 'utf8');
    const text = read('stopgap.cmd');
    const [, unset = ''] = /^unset (.*)$/m.exec(read('stopgap')) ?? [];
    expect(unset.split(' ')).toHaveLength(3);
    for (const name of unset.split(' ')) expect(text).toContain(`\r\nset ${name}=\r\n`);
    const { node, run } = programIn('', 'win32');
    for (const file of [node, run]) expect(text).toContain(`%~dp0..\\${file.replaceAll('/', '\\')}"`);
  });

  it('quotes arguments as Windows reads them, and escapes them for XML', () => {
    const xml = taskXml(programIn('C:\\A & B', 'win32'), 'D:\\state folder\\');
    expect(xml).toContain('<Command>C:\\A &amp; B');
    expect(xml).toContain('&quot;D:\\state folder\\\\&quot;');
  });
});
