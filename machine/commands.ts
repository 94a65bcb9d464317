import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { MachineError } from './errors.ts';
import { searchPath } from './search-path.ts';

/** How a command is run; everything has a default. */
export interface CommandOptions {
  /** Killed (SIGKILL), with all that it has started, after this many milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  /** Bytes for standard input; default: none, and standard input is closed. */
  readonly input?: string | Uint8Array;
  /** Most bytes kept of standard output and of standard error, each. Default 1 MiB; more is an error. */
  readonly maxOutputBytes?: number;
  /** How the bytes of standard output become text; `latin1` keeps each byte. Default `utf8`. */
  readonly outputEncoding?: 'utf8' | 'latin1';
  /** It may ask a person at the terminal, say for a PIN; then only itself is killed where it does not end. Default `false`. */
  readonly terminal?: boolean;
  /** Replaces the environment. Default: PATH (see `search-path.ts`) and LC_ALL=C only. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a command left behind. */
export interface CommandResult {
  /** Exit code; -1 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The one runner of external commands: a file and an argument array, never a shell string. */
export interface Commands {
  /**
   * Resolves whatever the exit code is. Rejects with `command-not-found`, `command-timed-out` or
   * `command-output-too-large`.
   */
  run(file: string, args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
}

/** Commands of this machine. */
export const systemCommands: Commands = { run };

function run(file: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const limit = options.maxOutputBytes ?? 1024 * 1024;
  const timeoutMs = options.timeoutMs ?? 30_000;
  // A session of its own (setsid(2)): killed together, and not ended by a Ctrl-C that is meant for us.
  const together = process.platform !== 'win32' && options.terminal !== true;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { PATH: searchPath(), LC_ALL: 'C', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      detached: together,
    });
    const notFound = (error: Error) =>
      new MachineError('command-not-found', `cannot run ${file}: ${error.message}`, error);
    // Without a descriptor left Node makes no streams, and says so only afterwards (EMFILE, ENFILE).
    if (!(child.stdout as Readable | undefined)) {
      child.on('error', (error) => reject(notFound(error)));
      return;
    }
    const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    const size = { stdout: 0, stderr: 0 };
    const fail = (error: MachineError) => {
      clearTimeout(timer);
      if (together) killGroup(child.pid);
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
      reject(error);
    };
    const timer = setTimeout(() => {
      fail(
        new MachineError('command-timed-out', `${file} ${args.join(' ')}: no end after ${timeoutMs} ms; it was killed`),
      );
    }, timeoutMs);
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].on('data', (chunk: Buffer) => {
        size[stream] += chunk.length;
        if (size[stream] > limit) {
          fail(new MachineError('command-output-too-large', `${file} printed more than ${limit} bytes; it was killed`));
        } else kept[stream].push(chunk);
      });
    }
    child.on('error', (error) => fail(notFound(error)));
    child.on('close', (code) => {
      clearTimeout(timer);
      const stdout = Buffer.concat(kept.stdout).toString(options.outputEncoding ?? 'utf8');
      resolve({ code: code ?? -1, stdout, stderr: Buffer.concat(kept.stderr).toString('utf8') });
    });
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
  });
}

/** A script is seldom all that hangs. */
function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}
