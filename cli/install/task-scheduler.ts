import path from 'node:path';
import { inPowerShell, windowsProgram } from '@stopgap/agent/inventory';
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
  /** What stands in the folder, or is it, and belongs to somebody else than SYSTEM, administrators or whoever asks, with its owner; and links. */
  foreignIn(folder: string): Promise<readonly string[]>;
  /** Lets SYSTEM and administrators into the folder, and nobody else. */
  closeFolder(folder: string): Promise<void>;
}

const schtasks = windowsProgram('schtasks.exe');
const icacls = windowsProgram('icacls.exe');
const powershell = windowsProgram('WindowsPowerShell\\v1.0\\powershell.exe');

/** Prints the number of its state (3: ready, 4: running, 1: disabled; `TASK_STATE`) and its last result. */
const asking = `$ErrorActionPreference='Stop'; $t = Get-ScheduledTask -TaskName '${taskName}' -TaskPath '\\'; '{0} {1}' -f [int]$t.State, ($t | Get-ScheduledTaskInfo).LastTaskResult`;

/**
 * Prints path and owner of what is not of SYSTEM, the administrators, TrustedInstaller or the one who asks: in `ProgramData` every user may
 * make folders, and an owner may open again what is closed. A link is nobody's and not gone into: where it leads, another day something else
 * may be, and `-Recurse` of Windows PowerShell, unlike that of later ones, would follow it anywhere.
 */
const owners = (folder: string) =>
  [
    `$ErrorActionPreference='Stop'; $folder = ${inPowerShell(folder)}`,
    "$known = @('S-1-5-18', 'S-1-5-32-544', 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464', [Security.Principal.WindowsIdentity]::GetCurrent().User.Value)",
    'if (-not (Test-Path -LiteralPath $folder)) { exit 0 }',
    '$open = New-Object System.Collections.Stack; $open.Push((Get-Item -LiteralPath $folder -Force))',
    [
      'while ($open.Count -gt 0) { $one = $open.Pop()',
      "if (($one.Attributes -band [IO.FileAttributes]::ReparsePoint) -and ($one.PSIsContainer -or $one.LinkType -eq 'SymbolicLink')) { '{0} that leads elsewhere' -f $one.FullName; continue }",
      "$owner = (Get-Acl -LiteralPath $one.FullName).GetOwner([Security.Principal.SecurityIdentifier]).Value; if ($known -notcontains $owner) { '{0} of {1}' -f $one.FullName, $owner }",
      'if ($one.PSIsContainer) { foreach ($below in @(Get-ChildItem -LiteralPath $one.FullName -Force)) { $open.Push($below) } } }',
    ].join('; '),
  ].join('; ');

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
    foreignIn: async (folder) => {
      const args = ['-NoProfile', '-NonInteractive', '-Command', owners(folder)];
      const result = await run(powershell, args);
      if (result.code !== 0) throw refused(powershell, args, result);
      return result.stdout.split(/\r?\n/).filter((line) => line.trim() !== '');
    },
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
