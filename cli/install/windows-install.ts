import path from 'node:path';
import { statePaths } from '@stopgap/agent';
import type { Machine } from '../composition.ts';
import { draftConfiguration, withFeed } from './configuration.ts';
import { detect } from './detect.ts';
import type { Disk } from './disk.ts';
import { type Enrolled, enrol } from './enrolment.ts';
import { InstallError } from './errors.ts';
import { type InstallRequest, refuseStrangeFolder } from './install.ts';
import type { Item, Judged } from './items.ts';
import { judge, lay } from './lay.ts';
import { type Manifest, type ManifestItem, manifestFile, manifestText, readManifest, together } from './manifest.ts';
import type { Program } from './program.ts';
import type { TaskScheduler } from './task-scheduler.ts';
import type { Uninstalled } from './uninstall.ts';
import { taskName, taskXml } from './windows-task.ts';

/** What an installation on Windows works with. */
export interface WindowsParts {
  readonly machine: Machine;
  readonly disk: Disk;
  readonly scheduler: TaskScheduler;
  readonly program: Program;
}

/** What an installation on Windows would add. */
export interface WindowsPlan {
  readonly judged: readonly Judged[];
  readonly task: { readonly name: string; readonly xml: string };
  readonly enrolled: Enrolled | undefined;
}

/** Works out what is to be added. Changes nothing. */
export async function planTask(
  request: InstallRequest,
  { machine, disk, scheduler, program }: WindowsParts,
): Promise<WindowsPlan> {
  const { stateFolder } = request;
  refuseStrangeFolder(stateFolder, disk);
  await refuseForeign(stateFolder, scheduler);
  const enrolled = request.enrolment && (await enrol(request.enrolment, machine));
  const { config } = statePaths(stateFolder);
  const standing = disk.look(config);
  const text =
    standing.kind !== 'file'
      ? draftConfiguration(await detect(machine, 'win32'), enrolled)
      : enrolled
        ? withFeed(standing.text, enrolled, stateFolder)
        : standing.text;
  const file = (name: string, content: string, why: string, owner: 'ours' | 'theirs'): Item => ({
    kind: 'file',
    path: path.join(stateFolder, name),
    mode: 0o600,
    text: content,
    why,
    owner,
  });
  const items: Item[] = [
    {
      kind: 'folder',
      path: stateFolder,
      mode: 0o700,
      whole: true,
      why: 'the state, for SYSTEM and administrators alone',
    },
    ...(enrolled ? [file(enrolled.entry.rootFile, enrolled.root, 'the root of trust', 'ours')] : []),
    file(path.basename(config), text, 'the configuration, yours to edit', 'theirs'),
  ];
  const judged = judge(items, disk, readManifest(stateFolder, disk));
  return { judged, task: { name: taskName, xml: taskXml(program, stateFolder) }, enrolled };
}

/** Throws `foreign-file` where somebody else has the folder, or something in it. */
async function refuseForeign(stateFolder: string, scheduler: TaskScheduler): Promise<void> {
  const [foreign] = await scheduler.foreignIn(stateFolder);
  if (foreign === undefined) return;
  throw new InstallError(
    'foreign-file',
    `${foreign}: somebody else could decide what is done here as SYSTEM; look at what is in ${stateFolder}, then remove it, or: takeown /F "${stateFolder}" /A /R`,
  );
}

/**
 * Adds it and starts the agent, or starts it again. The folder is closed to others before anything is put into it. Since it was
 * planned somebody may have made it, even as a link to a folder that must not be closed; until it is closed, put something into it.
 */
export async function carryOutTask(
  plan: WindowsPlan,
  stateFolder: string,
  { disk, scheduler, program }: WindowsParts,
): Promise<void> {
  const manifest: ManifestItem = { kind: 'file', path: manifestFile(stateFolder) };
  const before = [manifest, ...(readManifest(stateFolder, disk)?.items ?? [])];
  const note = (added: readonly ManifestItem[]) => {
    const items = together(before, [...added, { kind: 'task', path: taskName }]);
    disk.write(manifestFile(stateFolder), manifestText({ version: 1, program: program.checkout, items }), 0o600);
  };
  const [folder] = plan.judged;
  if (folder && folder.verdict !== 'same') disk.makeFolder(folder.item.path, 0o700);
  await refuseForeign(stateFolder, scheduler);
  await scheduler.closeFolder(stateFolder);
  await refuseForeign(stateFolder, scheduler);
  lay(plan.judged, disk, note);
  await scheduler.end();
  await scheduler.create(plan.task.xml);
  await scheduler.start();
}

/** The manifest of what stands here. Throws `not-installed`. */
export function installedTask(stateFolder: string, { disk }: Pick<WindowsParts, 'disk'>): Manifest {
  const manifest = readManifest(stateFolder, disk);
  if (manifest) return manifest;
  throw new InstallError('not-installed', `nothing was installed here: ${manifestFile(stateFolder)} is not there`);
}

/** Ends the agent and takes away what the manifest lists. Throws `not-installed`. */
export async function removeTask(
  stateFolder: string,
  keepState: boolean,
  { disk, scheduler }: Pick<WindowsParts, 'disk' | 'scheduler'>,
): Promise<Uninstalled> {
  const manifest = installedTask(stateFolder, { disk });
  await scheduler.end();
  if (await scheduler.exists()) await scheduler.delete();
  const removed = [`task ${taskName}`];
  for (const item of keepState ? [] : manifest.items.toReversed()) {
    if (item.kind === 'folder') disk.removeFolder(item.path, item.whole === true);
    else if (item.kind === 'file') disk.remove(item.path);
    if (item.kind !== 'task') removed.push(item.path);
  }
  return { removed, left: [] };
}
