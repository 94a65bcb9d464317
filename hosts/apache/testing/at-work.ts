import type { HeldAction, Host, HostPlan } from '@stopgap/agent';
import { silentLog, systemClock, systemCommands, systemFiles, systemFolders } from '@stopgap/machine';
import type { HostParts } from '../parts.ts';

const none = new Map<string, string>();

/** This machine. */
export const machine: HostParts = {
  files: systemFiles,
  folders: systemFolders,
  commands: systemCommands,
  clock: systemClock,
  log: silentLog,
};

/** What a host would change. */
export function planOf(host: Host, wanted: readonly HeldAction[]): Promise<HostPlan> {
  return host.plan(wanted, none);
}

/** Makes all changes of a plan, in order. */
export async function performAll(host: Host, { changes }: HostPlan): Promise<void> {
  for (const change of changes) await host.perform(change);
}

/** Takes all changes of a plan back, last first. */
export async function undoAll(host: Host, { changes }: HostPlan): Promise<void> {
  for (const change of [...changes].reverse()) await host.undo(change);
}
