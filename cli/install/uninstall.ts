import type { Disk } from './disk.ts';
import { InstallError } from './errors.ts';
import { refuseElsewhere, unitFile } from './install.ts';
import { type Manifest, type ManifestItem, manifestFile, manifestText, readManifest } from './manifest.ts';
import type { ServiceManager } from './service-manager.ts';

/** What an uninstallation works with. */
export interface UninstallParts {
  readonly disk: Disk;
  readonly manager: ServiceManager;
  readonly uid: number | undefined;
}

/** What was taken away, and what was left where it is, with the reason. */
export interface Uninstalled {
  readonly removed: readonly string[];
  readonly left: readonly { readonly path: string; readonly why: string }[];
}

/** The manifest of what stands here. Throws `not-installed`, and what `refuseElsewhere` throws. */
export function installed(stateFolder: string, parts: UninstallParts): Manifest {
  refuseElsewhere(parts);
  const manifest = readManifest(stateFolder, parts.disk);
  if (manifest) return manifest;
  throw new InstallError(
    'not-installed',
    `nothing was installed with the state folder ${stateFolder}: ${manifestFile(stateFolder)} is not there; if it is another folder, name it with --state-dir`,
  );
}

/** What an uninstallation takes away. `keepState`: but for the state folder and what is in it. Pure. */
export function goingWith(stateFolder: string, manifest: Manifest, keepState: boolean): Manifest['items'] {
  const inState = (file: string) => file === stateFolder || file.startsWith(`${stateFolder}/`);
  return manifest.items.filter((item) => !(keepState && inState(item.path)));
}

/** Stops the service and takes away what the manifest lists. `keepState`: but for the state folder and what is in it. */
export async function carryOutUninstall(
  stateFolder: string,
  manifest: Manifest,
  keepState: boolean,
  { disk, manager }: UninstallParts,
): Promise<Uninstalled> {
  await manager.stop();
  await manager.disable();
  const going = goingWith(stateFolder, manifest, keepState);
  const results = going.toReversed().map((item) => ({ item, left: takeAway(item, disk) }));
  const left = new Set(results.flatMap((one) => (one.left === undefined ? [] : [one.item.path])));
  if (keepState) {
    // What is left is still ours: it goes when the service is installed again and then uninstalled for good.
    const items = manifest.items.filter((item) => !going.includes(item) || left.has(item.path));
    disk.write(manifestFile(stateFolder), manifestText({ ...manifest, items }), 0o600);
  }
  await manager.reload();
  return {
    removed: results.flatMap(({ item, left }) => (left === undefined ? [item.path] : [])),
    left: [
      ...results.flatMap(({ item, left }) => (left === undefined ? [] : [{ path: item.path, why: left }])),
      ...dropIns(disk),
      ...(keepState ? [] : stateLeft(stateFolder, disk)),
    ],
  };
}

/** What an administrator has added to the unit is not ours to take away. */
function dropIns(disk: Disk): Uninstalled['left'] {
  const folder = `${unitFile}.d`;
  return disk.look(folder).kind === 'nothing'
    ? []
    : [{ path: folder, why: 'what you have changed of the unit; yours' }];
}

/** A state folder that was there before the installation is not taken away; what the agent has put into it is not told apart. */
function stateLeft(folder: string, disk: Disk): Uninstalled['left'] {
  const standing = disk.look(folder);
  if (standing.kind !== 'folder' || standing.names.every((name) => name === 'agent.json')) return [];
  return [
    { path: folder, why: 'it was there before the installation, and stays with the journal and what else is in it' },
  ];
}

/** Answers why it was left, or `undefined` when it is gone. */
function takeAway(item: ManifestItem, disk: Disk): string | undefined {
  const standing = disk.look(item.path);
  if (standing.kind === 'nothing') return undefined;
  if (standing.kind !== item.kind) return `it is no ${item.kind} any more; somebody has put it there`;
  if (item.kind === 'folder') {
    return disk.removeFolder(item.path, item.whole === true) ? undefined : 'it is not empty';
  }
  disk.remove(item.path);
  return undefined;
}
