import { type Change, type FileChange, type HeldAction, type Host, HostError, type RenderedPart } from '@stopgap/agent';
import {
  type Clock,
  type Commands,
  type Files,
  type Folders,
  type Log,
  MachineError,
  systemFolders,
} from '@stopgap/machine';
import type { PhpFpmHostConfig } from './config.ts';
import { complaintOf, findInstallation, type Installation } from './installation.ts';
import { expectedListening } from './listening.ts';
import { performFile, undoFile } from './move-file.ts';
import { planPools } from './plan.ts';
import { masterOf, reload } from './reload.ts';
import { absent, acceptanceOf, finishSeconds, type Surveyed, surveyPools, unusable } from './survey.ts';
import { type ConfigFile, readTree } from './tree.ts';

/** The machine as this host sees it. */
export interface PhpFpmMachine {
  readonly files: Files;
  /** Default: the machine's own. */
  readonly folders?: Folders;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly log: Log;
}

type World = Required<PhpFpmMachine>;

/** The host kind `php-fpm`: takes pools out of service by their lines in the configuration. */
export function phpFpmHost(config: PhpFpmHostConfig, machine: PhpFpmMachine): Host {
  const world: World = { folders: systemFolders, ...machine };
  const { files, folders } = world;
  const name = config.name ?? 'php-fpm';
  let known: Surveyed = absent('not looked at yet');
  return {
    name,
    kind: 'php-fpm',
    holds: ['appPool'],
    survey: async () => {
      known = await survey(config, world);
      return known.survey;
    },
    accepts: (action, found) => acceptanceOf(action, { ...known, survey: found }),
    plan: async (wanted) => {
      const found = findInstallation(config, folders);
      // Nothing of ours stands where there is no PHP-FPM any more.
      if ('why' in found && wanted.length === 0) return { findings: [], changes: [] };
      return planPools(name, treeOf(installed(found), world), wanted);
    },
    perform: async (change) => speaking(() => performFile(fileChange(change), files, folders)),
    undo: async (change) => speaking(() => undoFile(fileChange(change), files, folders)),
    activate: () => activate(config, world),
    render,
  };
}

async function survey(config: PhpFpmHostConfig, world: World): Promise<Surveyed> {
  const found = findInstallation(config, world.folders);
  if ('why' in found) return absent(`PHP-FPM: ${found.why}`);
  try {
    const tree = treeOf(found, world);
    return await surveyPools(found, tree, masterOf(found.configFile, world), world.commands);
  } catch (error) {
    return unusable(error);
  }
}

/** Tests the files as they stand, then has a running master read them. One that does not run reads them when it starts. */
async function activate(config: PhpFpmHostConfig, world: World): Promise<void> {
  const installation = installed(findInstallation(config, world.folders));
  const complaint = await complaintOf(installation, world.commands);
  if (complaint !== undefined) throw new HostError('configuration-refused', `PHP-FPM: ${complaint}`);
  const master = masterOf(installation.configFile, world);
  if (master === undefined) return;
  const tree = treeOf(installation, world);
  const timeoutMs = ((config.reloadSeconds ?? 30) + finishSeconds(tree)) * 1000;
  await reload(master, expectedListening(tree, installation.prefix), { ...world, timeoutMs });
}

function treeOf({ configFile, prefix }: Installation, { files, folders }: World): readonly ConfigFile[] {
  return readTree({ configFile, prefix, files, folders });
}

function installed(found: ReturnType<typeof findInstallation>): Installation {
  if ('why' in found) throw new HostError('unreachable', `PHP-FPM: ${found.why}`);
  return found;
}

function fileChange(change: Change): FileChange {
  if (change.kind === 'file') return change;
  throw new HostError('configuration-refused', `PHP-FPM has no state ${change.thing}: the change is not its own`);
}

function render({ action }: HeldAction): readonly RenderedPart[] {
  if (action.kind !== 'appPool') return [];
  return [
    { where: `section [${action.name}]`, text: `every setting of [${action.name}] behind ";stopgap; ", a comment` },
  ];
}

/** What the agent may not write, as an error of the host. */
function speaking(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof MachineError) || !denied(error.cause)) throw error;
    throw new HostError('access-denied', error.message, error);
  }
}

function denied(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && ['EACCES', 'EPERM', 'EROFS'].includes(String(cause.code));
}
