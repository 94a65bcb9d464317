import type { CommandResult, Commands } from '@stopgap/machine';

/**
 * `appcmd.exe` as far as this host uses it: keeps the state of pools, passes through the states in between, and
 * fails as the real one does, in the language of the system.
 */
export class StandInAppcmd implements Commands {
  readonly pools = new Map<string, string>();
  readonly calls: string[] = [];
  /** Looks that a pool takes to get from one state to the other. */
  looksBetween = 1;
  /** Every call ends with this exit code. */
  fails: number | undefined;
  /** Words for states, where they are not the English ones. */
  words: ReadonlyMap<string, string> = new Map();
  /** Stopping does not help. */
  stuck = false;
  readonly #coming = new Map<string, { state: string; looks: number }>();

  run(_file: string, args: readonly string[]): Promise<CommandResult> {
    const [verb = '', , filter = ''] = args;
    this.calls.push(args.join(' '));
    const name = filter.replace('/apppool.name:', '').toLowerCase();
    if (this.fails !== undefined) {
      const result = (0x80070000 + (this.fails & 0xffff)).toString(16);
      return done(this.fails & 255, `FEHLER ( hresult:${result}, message:Zugriff verweigert\r\n )\r\n`);
    }
    const state = this.pools.get(name);
    if (verb === 'list') return this.#list(name, state, args);
    if (state === undefined) {
      return done(1168, `FEHLER ( message:APPPOOL-Objekt mit Bezeichner "${name}" kann nicht gefunden werden. )\r\n`);
    }
    const wanted = verb === 'stop' ? 'Stopped' : 'Started';
    if (state === wanted)
      return done(1062, 'FEHLER ( hresult:80070426, message:Der Dienst wurde nicht gestartet.\r\n )\r\n');
    if (!this.stuck) {
      this.pools.set(name, verb === 'stop' ? 'Stopping' : 'Starting');
      this.#coming.set(name, { state: wanted, looks: this.looksBetween });
    }
    return done(0, `"${name}" wurde erfolgreich ${verb === 'stop' ? 'beendet' : 'gestartet'}.\r\n`);
  }

  #list(name: string, state: string | undefined, args: readonly string[]): Promise<CommandResult> {
    if (state === undefined) return done(1, '');
    const now = this.#look(name, state);
    const asked = args.find((arg) => arg.startsWith('/state:'))?.slice('/state:'.length);
    if (asked === undefined) return done(0, `${this.words.get(now) ?? now}\r\n`);
    return asked.toLowerCase() === now.toLowerCase() ? done(0, `${name}\r\n`) : done(1, '');
  }

  #look(name: string, state: string): string {
    const coming = this.#coming.get(name);
    if (!coming) return state;
    if (coming.looks-- > 0) return state;
    this.pools.set(name, coming.state);
    this.#coming.delete(name);
    return coming.state;
  }
}

function done(code: number, stdout: string): Promise<CommandResult> {
  return Promise.resolve({ code, stdout, stderr: '' });
}
