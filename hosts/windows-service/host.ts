import process from 'node:process';
import {
  type Change,
  type Claims,
  type HeldAction,
  type Host,
  HostError,
  type HostPlan,
  type RenderedPart,
  type StateChange,
} from '@stopgap/agent';
import type { Clock, Commands, Log } from '@stopgap/machine';
import type { WindowsServiceHostConfig } from './config.ts';
import { marksOf } from './marks.ts';
import type { HostParts } from './parts.ts';
import { type Planning, planServices } from './plan.ts';
import { recoveryOf } from './recovery.ts';
import { scOf } from './sc.ts';
import { nameProblem } from './service-name.ts';
import { settle, takeBack } from './settle.ts';
import { parseState, type ServiceState } from './state.ts';
import { acceptanceOf, surveyServices } from './survey.ts';

/** The machine as this host sees it. */
export interface WindowsMachine {
  readonly commands: Commands;
  readonly clock: Clock;
  readonly log: Log;
  /** Default: this one's. */
  readonly platform?: string;
  /** Default: this one, and the one that started it. */
  readonly ownProcesses?: ReadonlySet<number>;
}

/** The host kind `windows-service`: stops services and keeps everything from starting them. */
export function windowsServiceHost(config: WindowsServiceHostConfig, machine: WindowsMachine): Host {
  const { commands, clock, log, platform = process.platform } = machine;
  const name = config.name ?? 'windows-service';
  const parts: HostParts = {
    sc: scOf(commands, config.sc ?? inSystem32('sc.exe')),
    marks: marksOf(commands, config.reg ?? inSystem32('reg.exe')),
    recovery: recoveryOf(commands, config.reg ?? inSystem32('reg.exe')),
    clock,
    log,
    stopMs: (config.stopSeconds ?? 180) * 1000,
    startMs: (config.startSeconds ?? 180) * 1000,
    ownProcesses: machine.ownProcesses ?? new Set([process.pid, process.ppid]),
  };
  const here = platform === 'win32' || config.sc !== undefined;
  let services: ReadonlyMap<string, string> = new Map();
  return {
    name,
    kind: 'windows-service',
    holds: ['service'],
    survey: async () => {
      const surveyed = await surveyServices(here ? parts.sc : undefined);
      services = surveyed.services;
      return surveyed.survey;
    },
    accepts: (action, survey) => acceptanceOf(action, survey, services),
    plan: (wanted, claims) => planUnlessGone({ host: name, parts }, wanted, claims),
    perform: async (change) => settle(stateOf(change, 'after'), parts),
    undo: async (change) => takeBack(stateOf(change, 'before'), parts),
    // A change is in force as soon as it is made; there is no configuration to test.
    activate: async () => {},
    render,
  };
}

/** Where this is no Windows (any more), there is nothing of ours to take away. */
async function planUnlessGone(planning: Planning, wanted: readonly HeldAction[], claims: Claims): Promise<HostPlan> {
  try {
    return await planServices(planning, wanted, claims);
  } catch (error) {
    const gone = error instanceof HostError && error.code === 'unreachable';
    if (gone && wanted.length === 0 && claims.size === 0) return { findings: [], changes: [] };
    throw error;
  }
}

/** By its whole path, so that no other program of that name is taken for it. */
function inSystem32(program: string): string {
  return `${process.env.SystemRoot ?? 'C:\\Windows'}\\System32\\${program}`;
}

function stateOf(change: Change, side: 'before' | 'after'): ServiceState {
  const { kind } = change;
  if (kind === 'state' && change.thing.startsWith('service:')) return parseState(change[side], change.thing);
  const what = kind === 'state' ? (change satisfies StateChange).thing : change.path;
  throw new HostError('configuration-refused', `Windows services hold no ${what}: the change is not their own`);
}

function render({ action }: HeldAction): readonly RenderedPart[] {
  if (action.kind !== 'service' || nameProblem(action.name) !== undefined) return [];
  const named = /\s/.test(action.name) ? `"${action.name}"` : action.name;
  const text = `sc config ${named} start= disabled\nsc stop ${named}\n`;
  return [{ where: 'the services of this Windows', text }];
}
