/** Exit codes: stable, for scripts. */
export const exit = {
  /** Done, or all is well. */
  ok: 0,
  /** What was asked for was refused or did not work; the message says why. */
  refused: 1,
  /** The command line or an input file is wrong; the message names the place. */
  usage: 2,
  /** `status`, `connectivity`, `doctor`: something needs a person. */
  attention: 3,
  /** Another stopgap command is at work; try again. */
  busy: 75,
  /** No right to do this; usually: run as root. */
  denied: 77,
} as const;

/** A problem whose message is all that a person needs; `code` is what the process exits with. */
export class CliError extends Error {
  readonly code: number;
  constructor(message: string, code: number = exit.usage) {
    super(message);
    this.name = 'CliError';
    this.code = code;
  }
}

/** Nothing, an option or an unknown word stands where the name of a command should; `group`: the command before it, if any. */
export function unknownCommand(group: string, name: string): CliError {
  const see = group === '' ? 'stopgap help' : `stopgap ${group} --help`;
  const whole = group === '' ? name : `${group} ${name}`;
  return name === '' || name.startsWith('-')
    ? new CliError(`say which command${group === '' ? '' : ` of "stopgap ${group}"`}; see: ${see}`)
    : new CliError(`there is no command "${whole}"; see: ${see}`);
}
