import path from 'node:path';
import { parseAgentConfig, statePaths } from '@stopgap/agent';
import type { Machine } from '../composition.ts';
import { draftConfiguration, ownFolders, withFeed } from './configuration.ts';
import { type Detected, detect, surveyConfigured } from './detect.ts';
import type { Disk } from './disk.ts';
import { type Enrolled, type Enrolment, enrol } from './enrolment.ts';
import { InstallError } from './errors.ts';
import type { FileItem, FolderItem, Item, Judged } from './items.ts';
import { judge, lay } from './lay.ts';
import { type ManifestItem, manifestFile, manifestText, readManifest, together } from './manifest.ts';
import { type Program, refuseUntrusted } from './program.ts';
import { type FoundHost, type Needs, needsOf } from './sandbox.ts';
import type { ServiceManager } from './service-manager.ts';
import { stateFolderIn, unitName, unitText } from './unit.ts';

/** What an installation is asked for. */
export interface InstallRequest {
  readonly stateFolder: string;
  readonly enrolment: Enrolment | undefined;
  readonly acceptOwner: number | undefined;
}

/** What an installation works with. */
export interface InstallParts {
  readonly machine: Machine;
  readonly disk: Disk;
  readonly manager: ServiceManager;
  readonly program: Program;
  /** Effective user. */
  readonly uid: number | undefined;
}

/** All that an installation would add, and what was found. Nothing has been changed. */
export interface InstallPlan {
  readonly stateFolder: string;
  readonly program: Program;
  readonly judged: readonly Judged[];
  readonly hosts: readonly FoundHost[];
  readonly needs: Needs;
  readonly enrolled: Enrolled | undefined;
  readonly feeds: number;
}

export const unitFile = `/etc/systemd/system/${unitName}`;
export const commandLink = '/usr/local/bin/stopgap';
/** The unit names it as its `CacheDirectory=`. */
export const cacheFolder = '/var/cache/stopgap';

/** Refuses where this cannot be installed as a service of systemd. Throws `no-service-manager` and `not-root`. */
export function refuseElsewhere({ disk, uid }: Pick<InstallParts, 'disk' | 'uid'>): void {
  // sd_booted(3): this folder tells whether systemd is the init system.
  if (disk.look('/run/systemd/system').kind !== 'folder') {
    throw new InstallError(
      'no-service-manager',
      'systemd does not run this machine, and the service is one of systemd; have another service manager run in the foreground: stopgap agent run',
    );
  }
  if (uid !== 0) throw new InstallError('not-root', 'this needs root: it writes to /etc/systemd/system; use sudo');
}

/** Works out what is to be added. Changes nothing. */
export async function planInstall(request: InstallRequest, parts: InstallParts): Promise<InstallPlan> {
  const { stateFolder } = request;
  const { machine, disk, program, manager } = parts;
  refuseElsewhere(parts);
  refuseUntrusted(program, disk, request.acceptOwner);
  refuseStrangeFolder(stateFolder, disk);
  const adopted = refuseSecondFolder(stateFolder, disk);
  const enrolled = request.enrolment && (await enrol(request.enrolment, machine));
  const text = await configurationText(stateFolder, enrolled, parts);
  const config = parseAgentConfig(text, stateFolder);
  const hosts = await surveyConfigured(config.hosts, statePaths(stateFolder).config, machine);
  const needs = needsOf(hosts, ownFolders(config, stateFolder));
  const unit = unitText({ program, stateFolder, needs, systemd: await manager.version() });
  const items: Item[] = [
    folder(stateFolder, 'the state: configuration, journal, what was verified', 0o700, true),
    ...needs.makesInEtc.map((name) => folder(`/etc/${name}`, 'masks of services', 0o755, false)),
    ...(enrolled ? [file(path.join(stateFolder, enrolled.entry.rootFile), enrolled.root, 'the root of trust')] : []),
    { ...file(statePaths(stateFolder).config, text, 'the configuration, yours to edit'), owner: 'theirs' },
    { ...file(unitFile, unit, 'the service'), mode: 0o644, adopted },
    { ...folder(cacheFolder, 'compiled code', 0o700, true), adopted },
    { kind: 'link', path: commandLink, target: program.command, why: 'the command', adopted },
  ];
  const judged = judge(items, disk, readManifest(stateFolder, disk));
  return { stateFolder, program, judged, hosts, needs, enrolled, feeds: config.feeds.length };
}

/** A typing error must not make a system folder ours, which is closed to others and goes whole. Throws `foreign-file`. */
export function refuseStrangeFolder(stateFolder: string, disk: Disk): void {
  const standing = disk.look(stateFolder);
  if (standing.kind === 'nothing') return;
  const known = ['agent.json', 'journal.sqlite', 'install.json'];
  const ours = standing.kind === 'folder' && known.some((name) => standing.names.includes(name));
  if (ours || (standing.kind === 'folder' && standing.names.length === 0)) return;
  throw new InstallError(
    'foreign-file',
    `${stateFolder} is there and is no state folder of Stopgap; name another with --state-dir`,
  );
}

/**
 * Whether a unit of ours stands there. There is one service: with another state folder nobody would look after what is in force by
 * the first. Throws `foreign-file`.
 */
function refuseSecondFolder(stateFolder: string, disk: Disk): boolean {
  const unit = disk.look(unitFile);
  const other = unit.kind === 'file' ? stateFolderIn(unit.text) : undefined;
  if (other === undefined || other === stateFolder || readManifest(other, disk) === undefined)
    return other !== undefined;
  throw new InstallError(
    'foreign-file',
    `the service is installed with the state folder ${other}; name that with --state-dir, or first: stopgap agent uninstall --state-dir ${other}`,
  );
}

async function configurationText(
  stateFolder: string,
  enrolled: Enrolled | undefined,
  { disk, machine }: InstallParts,
): Promise<string> {
  const standing = disk.look(statePaths(stateFolder).config);
  if (standing.kind === 'file') return enrolled ? withFeed(standing.text, enrolled, stateFolder) : standing.text;
  const detected: Detected = await detect(machine, 'linux');
  return draftConfiguration(detected, enrolled);
}

function folder(at: string, why: string, mode: number, whole: boolean): FolderItem {
  return { kind: 'folder', path: at, mode, why, whole };
}

function file(at: string, text: string, why: string): FileItem {
  return { kind: 'file', path: at, mode: 0o600, text, why, owner: 'ours' };
}

/**
 * Adds what is new or changed, and starts the service, or starts it again. What has been added is in the manifest at every
 * moment, so that an installation that breaks off can be taken back, or be tried again.
 */
export async function carryOutInstall(plan: InstallPlan, { disk, manager }: InstallParts): Promise<void> {
  const { stateFolder, program } = plan;
  // First in, last out: it tells what is still there.
  const manifest: ManifestItem = { kind: 'file', path: manifestFile(stateFolder) };
  const before = [manifest, ...(readManifest(stateFolder, disk)?.items ?? [])];
  lay(plan.judged, disk, (added) => {
    const items = together(before, added);
    disk.write(manifestFile(stateFolder), manifestText({ version: 1, program: program.checkout, items }), 0o600);
  });
  await manager.reload();
  await manager.enable();
  await manager.restart();
}
