import {
  type Change,
  type HeldAction,
  type Host,
  HostError,
  type RenderedPart,
  type StateChange,
} from '@stopgap/agent';
import { type Clock, type Commands, type Files, type Folders, type Log, systemFolders } from '@stopgap/machine';
import type { SystemdHostConfig } from './config.ts';
import { maskFolder, masksOn } from './masks.ts';
import type { HostParts } from './parts.ts';
import { planUnits } from './plan.ts';
import { settle } from './settle.ts';
import { parseState } from './state.ts';
import { acceptanceOf, surveySystemd } from './survey.ts';
import { systemctlOf } from './systemctl.ts';
import { unitOf } from './unit-name.ts';

/** The machine as this host sees it. */
export interface SystemdMachine {
  readonly files: Files;
  /** Default: the machine's own. */
  readonly folders?: Folders;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly log: Log;
}

/** The host kind `systemd`: stops services and keeps everything from starting them. */
export function systemdHost(config: SystemdHostConfig, machine: SystemdMachine): Host {
  const { files, commands, clock, log, folders = systemFolders } = machine;
  const name = config.name ?? 'systemd';
  const parts: HostParts = {
    systemctl: systemctlOf(commands),
    masks: masksOn(files, folders),
    clock,
    log,
    stopMs: (config.stopSeconds ?? 120) * 1000,
    startMs: (config.startSeconds ?? 120) * 1000,
  };
  let units: ReadonlySet<string> = new Set();
  return {
    name,
    kind: 'systemd',
    holds: ['service'],
    survey: async () => {
      const surveyed = await surveySystemd(parts.systemctl, folders);
      units = surveyed.units;
      return surveyed.survey;
    },
    accepts: (action, survey) => acceptanceOf(action, survey, units),
    plan: (wanted, claims) => planUnits({ host: name, ownUnit: ownUnitOf(files), parts }, wanted, claims),
    perform: async (change) => settle(parseState(stateChange(change).after, stateChange(change).thing), parts),
    undo: async (change) => settle(parseState(stateChange(change).before, stateChange(change).thing), parts),
    // A unit's change is in force as soon as it is made; there is no configuration of systemd's to test.
    activate: async () => {},
    render,
  };
}

/** The unit whose cgroup this process is in, by cgroups(7) of either version. */
function ownUnitOf(files: Files): string | undefined {
  const lines = files.read('/proc/self/cgroup')?.bytes.toString('utf8').split('\n') ?? [];
  const own = lines.find((line) => line.startsWith('0::') || line.includes(':name=systemd:'));
  return own?.split('/').findLast((part) => part.endsWith('.service'));
}

function stateChange(change: Change): StateChange {
  if (change.kind === 'state') return change;
  throw new HostError('configuration-refused', `systemd holds no file ${change.path}: the change is not its own`);
}

function render({ action }: HeldAction): readonly RenderedPart[] {
  const named = action.kind === 'service' ? unitOf(action.name) : { problem: '' };
  if ('problem' in named) return [];
  const text = `masked by an empty file, and stopped; likewise each socket, timer and path that would start it`;
  return [{ where: `${maskFolder}/${named.unit}`, text }];
}
