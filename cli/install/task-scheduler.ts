import path from 'node:path';
import { windowsProgram } from '@stopgap/agent/inventory';
import { type CommandResult, type Commands, type Files, MachineError } from '@stopgap/machine';
import { InstallError } from './errors.ts';
import { taskName } from './windows-task.ts';

/** A task as the scheduler has it. */
export interface TaskState {
  readonly running: boolean;
  /** It starts with the machine. */
  readonly enabled: boolean;
  /** What its last run ended with (`LastTaskResult`). */
  readonly result: number;
}

/** The Task Scheduler of Windows, through `schtasks.exe`. Answers are told by exit codes and numbers: the words are translated. */
export interface TaskScheduler {
  exists(): Promise<boolean>;
  /** `undefined`: there is no such task. */
  state(): Promise<TaskState | undefined>;
  /** Creates the task, or replaces it. */
  create(xml: string): Promise<void>;
  start(): Promise<void>;
  /** Ends what runs, at once; the journal is made for that. No error when nothing runs. */
  end(): Promise<void>;
  delete(): Promise<void>;
  /** Lets SYSTEM and administrators into the folder, and nobody else. */
  closeFolder(folder: string): Promise<void>;
}

const schtasks = windowsProgram('schtasks.exe');
const icacls = windowsProgram('icacls.exe');
const powershell = windowsProgram('WindowsPowerShell\\v1.0\\powershell.exe');

/** Prints the number of its state (3: ready, 4: running, 1: disabled; `TASK_STATE`) and its last result. */
const asking = `$ErrorActionPreference='Stop'; $t = Get-ScheduledTask -TaskName '${taskName}' -TaskPath '\\'; '{0} {1}' -f [int]$t.State, ($t | Get-ScheduledTaskInfo).LastTaskResult`;

/** SYSTEM and the administrators, by the numbers that they have in every language. */
const trusted = ['*S-1-5-18:(OI)(CI)F', '*S-1-5-32-544:(OI)(CI)F'];

/** The scheduler of this machine. `stateFolder`: where the task's description is put down for the moment. */
export function taskSchedulerOf(commands: Commands, files: Files, stateFolder: string): TaskScheduler {
  const run = (file: string, args: readonly string[]) => ask(commands, file, args);
  const did = async (file: string, ...args: string[]) => {
    const result = await run(file, args);
    if (result.code !== 0) throw refused(file, args, result);
  };
  return {
    exists: async () => (await run(schtasks, ['/Query', '/TN', taskName])).code === 0,
    state: async () => {
      if ((await run(schtasks, ['/Query', '/TN', taskName])).code !== 0) return undefined;
      const args = ['-NoProfile', '-NonInteractive', '-Command', asking];
      const result = await run(powershell, args);
      const [, state, last] = /^(\d+) (\d+)\s*$/.exec(result.stdout) ?? [];
      if (result.code !== 0 || state === undefined) throw refused(powershell, args, result);
      return { running: Number(state) === 4, enabled: Number(state) !== 1, result: Number(last) };
    },
    create: async (xml) => {
      const file = path.win32.join(stateFolder, 'task.xml');
      // UTF-16 with its mark is what the scheduler itself writes, and reads whatever the language.
      files.write(file, Buffer.from(`\uFEFF${xml}`, 'utf16le'));
      try {
        await did(schtasks, '/Create', '/TN', taskName, '/XML', file, '/F');
      } finally {
        files.remove(file);
      }
    },
    start: () => did(schtasks, '/Run', '/TN', taskName),
    end: async () => void (await run(schtasks, ['/End', '/TN', taskName])),
    delete: () => did(schtasks, '/Delete', '/TN', taskName, '/F'),
    closeFolder: (folder) => did(icacls, folder, '/inheritance:r', '/grant:r', ...trusted),
  };
}

async function ask(commands: Commands, file: string, args: readonly string[]): Promise<CommandResult> {
  try {
    return await commands.run(file, args, { timeoutMs: 60_000 });
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    throw new InstallError('no-service-manager', `the Task Scheduler cannot be asked: ${error.message}`, error);
  }
}

function refused(file: string, args: readonly string[], { code, stdout, stderr }: CommandResult): InstallError {
  const said = `${stderr} ${stdout}`.trim().slice(0, 400);
  return new InstallError(
    'no-service-manager',
    `${file} ${args.join(' ')} exited with ${code}: ${said}; the command has to run as an administrator`,
  );
}
