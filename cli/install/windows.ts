import path from 'node:path';
import { silentLog, systemClock, systemCommands, systemFiles } from '@stopgap/machine';
import type { Context } from '../context.ts';
import { exit } from '../exit.ts';
import { agreed, type Farewell, goOnWhenInterrupted } from './agree.ts';
import { systemDisk } from './disk.ts';
import type { InstallRequest } from './install.ts';
import { programIn } from './program.ts';
import { takeOffAll } from './take-off.ts';
import { taskSchedulerOf } from './task-scheduler.ts';
import { carryOutTask, installedTask, planTask, removeTask, type WindowsParts } from './windows-install.ts';
import { taskName } from './windows-task.ts';

function partsHere(stateFolder: string): WindowsParts {
  const checkout = systemDisk.realPath(path.join(import.meta.dirname, '..', '..'));
  return {
    machine: { files: systemFiles, commands: systemCommands, clock: systemClock, log: silentLog },
    disk: systemDisk,
    scheduler: taskSchedulerOf(systemCommands, systemFiles, stateFolder),
    program: programIn(checkout, 'win32'),
  };
}

/** `stopgap agent install` on Windows: a task that starts with the machine, as SYSTEM. */
export async function installTask(
  request: InstallRequest & { readonly dryRun: boolean; readonly json: boolean },
  { print }: Context,
): Promise<number> {
  const { stateFolder, dryRun } = request;
  const parts = partsHere(stateFolder);
  const plan = await planTask(request, parts);
  if (!dryRun) await carryOutTask(plan, stateFolder, parts);
  const items = plan.judged.map(({ item, verdict }) => ({ kind: item.kind, path: item.path, verdict, why: item.why }));
  if (request.json) {
    const root = plan.enrolled ? { feed: plan.enrolled.entry.name, sha256: plan.enrolled.sha256 } : null;
    print(`${JSON.stringify({ ok: true, dryRun, task: taskName, stateFolder, root, items }, undefined, 2)}\n`);
    return exit.ok;
  }
  for (const item of items) print(`${item.verdict.padEnd(8)}  ${item.path}  ${item.why}\n`);
  print(
    `${dryRun ? 'would run' : 'runs'} as the task ${taskName}: ${parts.program.node} on ${parts.program.checkout}\n`,
  );
  return exit.ok;
}

/** What is to be uninstalled, and how. */
export interface TaskRemoval extends Farewell {
  readonly stateFolder: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** `stopgap agent uninstall` on Windows. */
export async function uninstallTask(request: TaskRemoval, context: Context): Promise<number> {
  const { stateFolder, held, keep, unsure = false, dryRun, yes, json } = request;
  const parts = partsHere(stateFolder);
  installedTask(stateFolder, parts);
  const mitigations = { [keep ? 'kept' : 'takenOff']: held };
  if (dryRun) {
    const removed = [`task ${taskName}`, ...(keep ? [] : [stateFolder])];
    if (json) context.print(`${JSON.stringify({ ok: true, ...mitigations, removed, left: [] }, undefined, 2)}\n`);
    else for (const one of removed) context.print(`would remove  ${one}\n`);
    return exit.ok;
  }
  if (!yes && !(await agreed({ held, keep, unsure }, context))) return exit.refused;
  goOnWhenInterrupted(context, `schtasks /Run /TN ${taskName}`);
  if (!keep) {
    await parts.scheduler.end();
    await takeOffAll(stateFolder, context, () => parts.scheduler.start());
  }
  const done = await removeTask(stateFolder, keep, parts);
  if (json) context.print(`${JSON.stringify({ ok: true, ...mitigations, ...done }, undefined, 2)}\n`);
  else for (const one of done.removed) context.print(`removed  ${one}\n`);
  return exit.ok;
}
