import type { ServiceFacts } from '@stopgap/agent/doctor';
import type { Commands, Files } from '@stopgap/machine';
import { systemDisk } from '../install/disk.ts';
import { systemdOf } from '../install/service-manager.ts';
import { taskSchedulerOf } from '../install/task-scheduler.ts';

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
    const installed = await taskSchedulerOf(commands, files, '').exists();
    return { installed, active: installed, enabled: installed, mayWrite: undefined };
  }
  if (systemDisk.look('/run/systemd/system').kind !== 'folder') return undefined;
  const names = [
    'LoadState',
    'ActiveState',
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
    enabled: unit.get('UnitFileState') === 'enabled',
    mayWrite: strict ? writable(unit.get('ReadWritePaths') ?? '', unit.get('ConfigurationDirectory') ?? '') : undefined,
  };
}

/** As systemd prints them: absolute paths, a minus in front of what may be missing; names below `/etc`. Blanks are not escaped. Pure. */
export function writable(paths: string, configuration: string): readonly string[] {
  const given = (text: string, between: RegExp) => text.split(between).filter((word) => word !== '');
  return [
    ...given(paths.trim(), /\s+(?=[-+]*\/)/).map((word) => word.replace(/^[-+]+/, '')),
    ...given(configuration, /\s+/).map((folder) => `/etc/${folder}`),
  ];
}
