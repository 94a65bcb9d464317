import type { Clock } from '@stopgap/machine';
import type { Style } from './print/style.ts';

/** Where a command reads from and writes to; passed in so that tests see what a person sees. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly style: Style;
  /** Columns of the terminal; `undefined` where output is no terminal. */
  readonly width: number | undefined;
  /** Writes to standard output. */
  print(text: string): void;
  /** Writes to standard error: progress, warnings, errors. */
  tell(text: string): void;
  /** Aborts on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** Who is asking: the person behind sudo, else the user. */
  readonly actor: string;
}

/** A command or subcommand. Its module is loaded only when it runs: `stopgap status` must start fast. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Help text: usage, options, examples. */
  readonly help: string;
  run(args: readonly string[], context: Context): Promise<number>;
}
