import type { ServiceFacts } from '@stopgap/agent/doctor';
import type { Commands, Files } from '@stopgap/machine';
import { systemDisk } from '../install/disk.ts';
import { systemdOf } from '../install/service-manager.ts';
import { type TaskState, taskSchedulerOf } from '../install/task-scheduler.ts';

/** Whether a time service keeps this machine's clock, by timedated or chrony; `undefined`: nobody here knows. */
export async function clockSynchronised(commands: Commands): Promise<boolean | undefined> {
  try {
    const { code, stdout } = await commands.run('timedatectl', ['show', '--property=NTPSynchronized', '--value']);
    const said = stdout.trim();
    return code === 0 && (said === 'yes' || said === 'no') ? said === 'yes' : undefined;
  } catch {
    return undefined;
  }
}

/** The agent as a service of this machine; `undefined` where there is no service manager that it can be installed with. */
export async function serviceFacts(commands: Commands, files: Files): Promise<ServiceFacts | undefined> {
  if (process.platform === 'win32') {
    return await taskFactsHere(commands, files);
  }
  if (systemDisk.look('/run/systemd/system').kind !== 'folder') return undefined;
  const names = [
    'LoadState',
    'ActiveState',
    'Result',
    'UnitFileState',
    'ProtectSystem',
    'ReadWritePaths',
    'ConfigurationDirectory',
  ];
  const unit = await systemdOf(commands).show(names);
  const strict = unit.get('ProtectSystem') === 'strict';
  return {
    installed: unit.get('LoadState') === 'loaded',
    active: unit.get('ActiveState') === 'active',
    failed: unit.get('ActiveState') === 'failed' ? (unit.get('Result') ?? '') : undefined,
    enabled: unit.get('UnitFileState') === 'enabled',
    mayWrite: strict ? writable(unit.get('ReadWritePaths') ?? '', unit.get('ConfigurationDirectory') ?? '') : undefined,
  };
}

async function taskFactsHere(commands: Commands, files: Files): Promise<ServiceFacts> {
  try {
    return taskFacts(await taskSchedulerOf(commands, files, '').state());
  } catch (error) {
    const failed = `whether it runs cannot be told: ${error instanceof Error ? error.message : error}`;
    return { installed: true, active: false, enabled: true, failed, mayWrite: undefined, task: true };
  }
}

/** Results that are no failure: it ended well, it runs, it has not run yet (SCHED_S_TASK_RUNNING, SCHED_S_TASK_HAS_NOT_RUN), it was ended. */
const noFailure = new Set([0, 0x41301, 0x41303, 0x41306]);

/** What is known of the task as the doctor has it. Pure. */
export function taskFacts(task: TaskState | undefined): ServiceFacts {
  if (!task) return { installed: false, active: false, enabled: false, mayWrite: undefined, task: true };
  const { running, enabled, result } = task;
  const failed = running || noFailure.has(result) ? undefined : `its last run ended with 0x${result.toString(16)}`;
  return { installed: true, active: running, enabled, failed, mayWrite: undefined, task: true };
}

/** As systemd prints them: absolute paths, a minus in front of what may be missing; names below `/etc`. Blanks are not escaped. Pure. */
export function writable(paths: string, configuration: string): readonly string[] {
  const given = (text: string, between: RegExp) => text.split(between).filter((word) => word !== '');
  return [
    ...given(paths.trim(), /\s+(?=[-+]*\/)/).map((word) => word.replace(/^[-+]+/, '')),
    ...given(configuration, /\s+/).map((folder) => `/etc/${folder}`),
  ];
}
