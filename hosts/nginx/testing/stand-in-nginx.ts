import { type CommandResult, type Commands, MachineError } from '@stopgap/machine';

type Answer = Partial<CommandResult> | Error;

/** Stands in for the binary `nginx`: answers by what it is asked, and keeps what it was asked. */
export class StandInNginx implements Commands {
  readonly asked: string[] = [];
  readonly #answers = new Map<string, () => Answer>([
    ['-V', () => ({ stderr: this.build })],
    ['-t', () => ({})],
    ['-s reload', () => ({})],
  ]);
  build =
    "nginx version: nginx/1.22.1\nconfigure arguments: --with-cc-opt='-g -O2' --prefix=/usr/share/nginx --pid-path=/run/nginx.pid";

  /** What a command whose line ends with `ending` answers from now on. */
  answer(ending: string, answer: () => Answer): void {
    this.#answers.set(ending, answer);
  }

  async run(file: string, args: readonly string[]): Promise<CommandResult> {
    const line = [file, ...args].join(' ');
    this.asked.push(line);
    const [, answer] = [...this.#answers].findLast(([ending]) => line.endsWith(ending)) ?? [];
    const given = answer?.() ?? new MachineError('command-not-found', `cannot run ${file}: ENOENT`);
    if (given instanceof Error) throw given;
    return { code: 0, stdout: '', stderr: '', ...given };
  }
}
