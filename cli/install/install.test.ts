import * as fs from 'node:fs';
import * as os from 'node:os';
import path from 'node:path';
import { type Commands, MachineError, silentLog, systemClock, systemFiles } from '@stopgap/machine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { carryOutInstall, commandLink, type InstallParts, planInstall, unitFile } from './install.ts';
import { programIn } from './program.ts';
import { MemoryDisk } from './testing/memory-disk.ts';
import { StandInManager } from './testing/stand-in-manager.ts';
import { carryOutUninstall, installed } from './uninstall.ts';

const state = '/var/lib/stopgap';
const config = `${state}/agent.json`;
/** Nothing is installed on this machine. */
const commands: Commands = {
  run: async (file) => {
    throw new MachineError('command-not-found', `cannot run ${file}`, Object.assign(new Error(), { code: 'ENOENT' }));
  },
};

describe('installing', () => {
  let disk: MemoryDisk;
  let manager: StandInManager;
  let parts: InstallParts;
  let folder: string;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-install-'));
    disk = new MemoryDisk();
    disk.makeFolder('/run/systemd/system', 0o755);
    disk.makeFolder(state, 0o700);
    disk.write(config, JSON.stringify({ hosts: [], feeds: [{ name: 'own', url: 'https://a.example/' }] }), 0o644);
    manager = new StandInManager();
    const machine = { files: systemFiles, commands, clock: systemClock, log: silentLog };
    parts = { machine, disk, manager, program: programIn('/opt/stopgap', 'linux'), uid: 0 };
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const request = { stateFolder: state, enrolment: undefined, acceptOwner: undefined };
  const install = async () => carryOutInstall(await planInstall(request, parts), parts);
  const uninstall = async (keep = false) => carryOutUninstall(state, installed(state, parts), keep, parts);

  it('adds the unit and the command, starts the service, and leaves a configuration that is there as it is', async () => {
    const before = disk.look(config);
    await install();
    expect(disk.look(commandLink)).toEqual({ kind: 'link', target: '/opt/stopgap/bin/stopgap' });
    expect(disk.look(unitFile)).toMatchObject({ kind: 'file', mode: 0o644 });
    expect(disk.look(config)).toEqual({ ...before, mode: 0o600 });
    expect(manager.told).toEqual(['reload', 'enable', 'restart']);
  });

  it('changes nothing the second time', async () => {
    await install();
    const once = disk.snapshot();
    const again = await planInstall(request, parts);
    expect(again.judged.map(({ verdict }) => verdict)).toEqual(again.judged.map(() => 'same'));
    await carryOutInstall(again, parts);
    expect(disk.snapshot()).toEqual(once);
  });

  it('brings unit and command up to date when the checkout has moved', async () => {
    await install();
    parts = { ...parts, program: programIn('/srv/stopgap', 'linux') };
    const { judged } = await planInstall(request, parts);
    const changed = judged.filter(({ verdict }) => verdict === 'changed').map(({ item }) => item.path);
    expect(changed).toEqual([unitFile, commandLink]);
    await install();
    expect(disk.look(commandLink)).toEqual({ kind: 'link', target: '/srv/stopgap/bin/stopgap' });
  });

  it('takes away exactly what it has added', async () => {
    const before = disk.snapshot();
    await install();
    const { removed, left } = await uninstall();
    expect(removed).toContain(unitFile);
    expect(left).toEqual([]);
    expect(disk.snapshot()).toEqual(before.map((line) => line.replace('"mode":420', '"mode":384')));
    expect(manager.told.slice(3)).toEqual(['stop', 'disable', 'reload']);
  });

  it('leaves what an administrator has changed of the unit, and says so', async () => {
    await install();
    disk.makeFolder(`${unitFile}.d`, 0o755);
    const { left } = await uninstall();
    expect(left.map(({ path: file }) => file)).toEqual([`${unitFile}.d`]);
    expect(disk.look(`${unitFile}.d`).kind).toBe('folder');
  });

  it('removes a state folder that it has made, and keeps it where mitigations stay', async () => {
    disk.removeFolder(state, true);
    await install();
    disk.write(`${state}/journal.sqlite`, 'x', 0o600);
    await uninstall(true);
    expect(disk.look(`${state}/journal.sqlite`).kind).toBe('file');
    expect(disk.look(unitFile).kind).toBe('nothing');
    await install();
    await uninstall();
    expect([...disk.things.keys()]).toEqual(['/run/systemd/system']);
  });

  it('takes away what an installation has added whose state folder was lost', async () => {
    disk.removeFolder(state, true);
    const before = disk.snapshot();
    await install();
    disk.removeFolder(state, true);
    await install();
    await uninstall();
    expect(disk.snapshot()).toEqual(before);
    disk.link(commandLink, '/opt/stopgap/bin/stopgap');
    await install();
    await uninstall();
    expect(disk.look(commandLink).kind).toBe('link');
  });

  it('says that it leaves a state folder that was there before', async () => {
    await install();
    disk.write(`${state}/journal.sqlite`, 'x', 0o600);
    const { left } = await uninstall();
    expect(left).toEqual([{ path: state, why: expect.stringContaining('was there before the installation') }]);
  });

  it('refuses a second state folder while the service has another', async () => {
    await install();
    const second = { ...request, stateFolder: '/srv/other' };
    await expect(planInstall(second, parts)).rejects.toThrow(`installed with the state folder ${state};`);
    disk.removeFolder(state, true);
    await expect(planInstall(second, parts)).resolves.toBeDefined();
  });

  it('knows what it has added when it breaks off at any step, so that it can be taken back', async () => {
    disk.removeFolder(state, true);
    const before = disk.snapshot();
    for (const failing of [config, unitFile, commandLink]) {
      disk.failing.add(failing);
      await expect(install()).rejects.toThrow(failing);
      await uninstall();
      expect([failing, disk.snapshot()]).toEqual([failing, before]);
      disk.failing.clear();
    }
    manager.refuses = new Error('it does not start');
    await expect(install()).rejects.toThrow('does not start');
    await uninstall();
    expect(disk.snapshot()).toEqual(before);
  });

  it.each([
    ['a unit of somebody else', unitFile, 'was not laid down by Stopgap'],
    ['a command of somebody else', commandLink, 'a link is to stand there'],
  ])('refuses to replace %s', async (_name, file, words) => {
    disk.write(file, 'mine', 0o644);
    const before = disk.snapshot();
    await expect(install()).rejects.toThrow(words);
    expect(disk.snapshot()).toEqual(before);
  });

  it('refuses where there is no systemd, and where it does not run as root', async () => {
    await expect(planInstall(request, { ...parts, uid: 1000 })).rejects.toMatchObject({ code: 'not-root' });
    disk.things.delete('/run/systemd/system');
    await expect(planInstall(request, parts)).rejects.toMatchObject({ code: 'no-service-manager' });
  });

  it('refuses a program that others may change, unless its owner is named', async () => {
    disk.owners.set('/opt/stopgap', { uid: 1000, gid: 1000, mode: 0o775 });
    await expect(planInstall(request, parts)).rejects.toMatchObject({ code: 'untrusted-program' });
    await expect(planInstall({ ...request, acceptOwner: 1000 }, parts)).resolves.toBeDefined();
    disk.owners.set('/opt', { uid: 0, gid: 0, mode: 0o777 });
    await expect(planInstall({ ...request, acceptOwner: 1000 }, parts)).rejects.toThrow(
      '/opt can be written by everybody',
    );
  });

  it.each(['node_modules/tuf-js/dist/index.js', 'hosts/nginx'])(
    'refuses a program of which others may change %s',
    async (part) => {
      disk.owners.set(`/opt/stopgap/${part}`, { uid: 1000, gid: 1000, mode: 0o755 });
      await expect(planInstall(request, parts)).rejects.toThrow(`/opt/stopgap/${part} belongs to the user 1000`);
    },
  );

  it('refuses a state folder that is something else', async () => {
    disk.write('/etc/passwd', 'root', 0o644);
    disk.makeFolder('/etc', 0o755);
    await expect(planInstall({ ...request, stateFolder: '/etc' }, parts)).rejects.toThrow('no state folder of Stopgap');
  });

  it('refuses a root that is not the one that was named, or is none', async () => {
    const rootFile = path.join(folder, 'root.json');
    fs.writeFileSync(rootFile, '{}');
    const enrolment = { name: 'f', url: 'https://f.example/', rootFile, rootSha256: undefined };
    await expect(planInstall({ ...request, enrolment }, parts)).rejects.toMatchObject({ code: 'untrusted-root' });
    const named = { ...enrolment, rootSha256: 'ab'.repeat(32) };
    await expect(planInstall({ ...request, enrolment: named }, parts)).rejects.toThrow('do not use it');
  });

  it('says that nothing was installed where nothing was', async () => {
    expect(() => installed(state, parts)).toThrow('nothing was installed');
  });
});
