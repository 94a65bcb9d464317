import {
  type Change,
  type Claims,
  type HeldAction,
  type Host,
  HostError,
  type HostPlan,
  type HostSurvey,
} from '@stopgap/agent';
import { MachineError } from '@stopgap/machine';
import { acceptanceOf } from './acceptance.ts';
import type { IisHostConfig } from './config.ts';
import { openDrive } from './drive/drive.ts';
import { usualVariables } from './drive/windows-path.ts';
import { endpointsOf } from './endpoints.ts';
import { IisConfigError } from './errors.ts';
import { performChange, undoChange } from './move-file.ts';
import type { HostParts } from './parts.ts';
import { isHeld, persistently } from './persist.ts';
import { planHost } from './plan.ts';
import { poolsIn } from './pools/plan-pools.ts';
import { poolOf } from './pools/pool-state.ts';
import { type Pools, poolsOf } from './pools/pools.ts';
import { renderAction } from './render.ts';
import { Remembered } from './server/remembered.ts';
import { readServer, type Server } from './server/server.ts';
import { Shelf } from './server/shelf.ts';
import { touchNaming } from './server/touch.ts';
import { absent, surveyOf, unreadable } from './survey.ts';
import { validate } from './validate.ts';

/** Reads the server anew. */
type Look = () => Server;

/** An IIS as the agent sees it, with everything through which it reaches the world passed in. */
export function createIisHost(config: IisHostConfig, parts: HostParts): Host {
  const name = config.name ?? 'iis';
  const surveyed = new WeakMap<HostSurvey, Server>();
  let known: Server | undefined;
  const remembered = new Remembered();
  const look = () => {
    if (known) remembered.note(known.shelf);
    known = readIis(config, parts);
    return known;
  };
  const pools = poolsOf(config, parts, () => known ?? look());
  return {
    name,
    kind: 'iis',
    holds: ['urlRewrite', 'appPool'],
    survey: async () => {
      const found = survey(config, parts, look);
      if (known && found.present && found.missing.length === 0) surveyed.set(found, known);
      return found;
    },
    accepts: (action, found) => acceptanceOf(action, found, surveyed.get(found), remembered),
    plan: (wanted, claims) => speaking(() => plan(name, wanted, claims, look, pools, remembered)),
    perform: (change) => speaking(() => perform(change, look, pools, parts)),
    undo: (change) => speaking(() => undo(change, look, pools, parts)),
    activate: () => speaking(async () => validate(look())),
    render: (held) => renderAction(held, known),
  };
}

async function perform(change: Change, look: Look, pools: Pools, parts: HostParts): Promise<void> {
  if (change.kind === 'state') return pools.settle(change, change.after);
  await persistently(() => performChange(change, parts), parts.clock);
  await persistently(() => touchNaming(look, change.path, parts.files), parts.clock);
}

async function undo(change: Change, look: Look, pools: Pools, parts: HostParts): Promise<void> {
  if (change.kind === 'state')
    return poolOf(change.thing) === undefined ? undefined : pools.settle(change, change.before);
  await persistently(() => undoChange(change, parts), parts.clock);
  await persistently(() => touchNaming(look, change.path, parts.files), parts.clock);
}

/** Reads the server anew, each file once. Throws `IisConfigError`. */
function readIis(config: IisHostConfig, { files, folders, environment }: HostParts): Server {
  const letter = (config.root === undefined ? environment.get('systemdrive') : undefined) ?? 'C:';
  const variables = new Map([
    ...usualVariables(letter.slice(0, 1)),
    ...(config.root === undefined ? environment : []),
    ...[...(config.variables ?? [])].map(([key, value]): [string, string] => [key.toLowerCase(), value]),
  ]);
  const drive = openDrive({ root: config.root, variables, folders });
  // What the administrator names may be anywhere; what files in the image name may not.
  const stray = (file: string) => (file === config.applicationHost ? undefined : drive.stray(file));
  return readServer(drive, new Shelf(files, stray), config.applicationHost);
}

function survey(config: IisHostConfig, parts: HostParts, look: () => Server): HostSurvey {
  if (config.root === undefined && parts.platform !== 'win32') {
    return absent('this is not Windows; "root" of the iis host names a folder that stands for its system drive');
  }
  try {
    const server = look();
    const endpoints = config.root === undefined ? endpointsOf(server.sites, parts.hostname) : [];
    return surveyOf(server, endpoints, config.root);
  } catch (error) {
    if (!(error instanceof IisConfigError)) throw error;
    return error.code === 'file-missing' ? absent(error.message) : unreadable(error.message);
  }
}

const nothing: HostPlan = { findings: [], changes: [] };

async function plan(
  name: string,
  wanted: readonly HeldAction[],
  claims: Claims,
  look: Look,
  pools: Pools,
  remembered: Remembered,
): Promise<HostPlan> {
  let server: Server;
  try {
    server = look();
  } catch (error) {
    // If IIS is gone, so is what stood in it.
    if (error instanceof IisConfigError && error.code === 'file-missing' && wanted.length === 0) return nothing;
    throw error;
  }
  const running = await pools.running(poolsIn(server, wanted, claims));
  return planHost(name, server, wanted, claims, running, remembered);
}

/** Errors of the files and of what is in them, as errors of the host. */
async function speaking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof IisConfigError) throw new HostError('configuration-refused', error.message, error);
    if (error instanceof MachineError && (isHeld(error) || isReadOnlyDisk(error.cause))) {
      const remedy = 'run as Administrator, see who has it open, and that it is not read-only (attrib)';
      throw new HostError('access-denied', `${error.message}; ${remedy}`, error);
    }
    throw error;
  }
}

function isReadOnlyDisk(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EROFS';
}
