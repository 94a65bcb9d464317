import path from 'node:path';
import { type Clock, type CommandResult, type Commands, MachineError } from '@stopgap/machine';
import { type LanguageName, languages } from './languages.ts';
import { StandInRegistry } from './stand-in-registry.ts';
import { StandInSc } from './stand-in-sc.ts';
import { StandInServices } from './stand-in-services.ts';

/** Services and registry of a Windows in memory, spoken to through `sc.exe` and `reg.exe`. */
export class StandInWindows implements Commands {
  readonly services = new StandInServices();
  readonly registry = new StandInRegistry();
  /** Every command, as a line. */
  readonly calls: string[] = [];
  language: LanguageName = 'english';
  /** Services in one page of a list. */
  page = 1000;
  /** There are no such programs. */
  gone = false;
  #now = 0;

  async run(file: string, args: readonly string[]): Promise<CommandResult> {
    const program = path.win32.basename(file).toLowerCase();
    this.calls.push([program, ...args].join(' '));
    if (this.gone) throw new MachineError('command-not-found', `cannot run ${file}: spawn ENOENT`);
    const language = languages[this.language];
    if (program === 'sc.exe') return new StandInSc(this.services, language, this.page).run(args);
    return this.registry.run(args, language);
  }

  /** A clock that goes as fast as it is asked to. */
  readonly clock: Clock = {
    now: () => this.#now,
    elapsed: () => this.#now,
    sleep: async (ms: number) => {
      this.#now += ms;
    },
  };

  /** Start type and state of each service, and what is in the registry. */
  snapshot(): ReadonlyMap<string, string> {
    for (const name of this.services.all.keys()) while (this.#moves(name)) this.services.look(name);
    const services = [...this.services.all.values()].map(
      ({ name, start, state, triggers }) => [`service ${name}`, `${start} ${state} ${triggers}`] as const,
    );
    const keys = [...this.registry.keys].map(
      ([key, values]) => [`key ${key}`, JSON.stringify([...values].sort())] as const,
    );
    return new Map([...services, ...keys].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #moves(name: string): boolean {
    return (this.services.find(name)?.coming?.looks ?? -1) >= 0;
  }
}
