import type { HeldAction, Host } from '@stopgap/agent';
import {
  type Clock,
  type CommandResult,
  type Commands,
  type Files,
  type Folders,
  MachineError,
  silentLog,
} from '@stopgap/machine';
import { systemdHost } from '../index.ts';
import { maskFolder } from '../masks.ts';

/** One unit of the model. */
export interface ModelUnit {
  /** Its own name, where the unit is known under an alias. */
  id?: string;
  names?: string;
  active: string;
  enabled: string;
  load?: string;
  triggeredBy?: string;
  requiredBy?: string;
  fragment?: string;
  refuseManualStop?: boolean;
  /** What stopping it does: stops it, hangs until it is killed, or is refused with these words. */
  stopping?: 'stops' | 'hangs' | { readonly refused: string };
  startsNot?: boolean;
}

/** A systemd in memory that knows what `systemctl` is asked here, with the files that it reads. */
export class ModelSystemd {
  readonly units = new Map<string, ModelUnit>();
  readonly masks = new Map<string, string>();
  readonly links = new Set<string>();
  /** Every command, as a line. */
  readonly asked: string[] = [];
  version = 'systemd 252 (252.38)';
  cgroup = '0::/system.slice/stopgap.service';
  booted = true;
  #loadedMasks = new Set<string>();
  #now = 0;

  /** The host kind on it. */
  host(): Host {
    const { files, folders, clock, commands } = this;
    return systemdHost({ kind: 'systemd' }, { files, folders, commands, clock, log: silentLog });
  }

  /** Load, file and active state of a unit. */
  stateOf(unit: string): string {
    const { load, enabled, active } = this.#seen(unit);
    return `${load} ${enabled} ${active}`;
  }

  readonly commands: Commands = { run: (file, args) => this.#run(file, args) };

  readonly clock: Clock = {
    now: () => this.#now,
    elapsed: () => this.#now,
    sleep: async (ms: number) => {
      this.#now += ms;
    },
  };

  readonly files: Files = {
    read: (file) => {
      const text = file === '/proc/self/cgroup' ? this.cgroup : this.masks.get(file.slice(maskFolder.length + 1));
      return text === undefined ? undefined : { bytes: Buffer.from(text), mode: 0o644, uid: 0, gid: 0 };
    },
    write: (file, bytes) => void this.masks.set(file.slice(maskFolder.length + 1), String(bytes)),
    remove: (file) => void this.masks.delete(file.slice(maskFolder.length + 1)),
    makeFolder: () => {},
  };

  readonly folders: Folders = {
    list: (folder) => {
      if (folder === '/run/systemd/system') return this.booted ? [] : undefined;
      return [...this.masks.keys()];
    },
    realPath: (file) => (this.links.has(file.slice(maskFolder.length + 1)) ? '/dev/null' : file),
    removeEmpty: () => {},
    sweep: () => {},
  };

  #seen(name: string): ModelUnit & { load: string } {
    const unit = this.units.get(name) ?? { active: 'inactive', enabled: '', load: 'not-found' };
    const masked = this.#loadedMasks.has(name);
    return { ...unit, load: masked ? 'masked' : (unit.load ?? 'loaded'), enabled: masked ? 'masked' : unit.enabled };
  }

  async #run(file: string, args: readonly string[]): Promise<CommandResult> {
    this.asked.push([file, ...args.filter((arg) => !arg.startsWith('--'))].join(' '));
    const names = args.slice(args.indexOf('--') + 1);
    const verbs: Readonly<Record<string, () => string>> = {
      '--version': () => `${this.version}\n+PAM\n`,
      show: () => names.map((name) => this.#show(name)).join('\n'),
      'list-unit-files': () => this.#list(args, (name, one) => `${name} ${one.enabled || '-'} -`),
      'list-units': () => this.#list(args, (name, one) => `${name} ${one.load ?? 'loaded'} ${one.active} dead text`),
      'daemon-reload': () => {
        this.#loadedMasks = new Set(this.masks.keys());
        return '';
      },
      stop: () => this.#stop(names),
      start: () => this.#start(names),
      kill: () => {
        for (const name of names) this.#set(name, 'failed');
        return '';
      },
    };
    try {
      return { code: 0, stdout: verbs[args[0] ?? '']?.() ?? '', stderr: '' };
    } catch (error) {
      if (error instanceof MachineError) throw error;
      return { code: 1, stdout: '', stderr: error instanceof Error ? error.message : '' };
    }
  }

  #show(name: string): string {
    const unit = this.#seen(name);
    return `Id=${unit.id ?? name}
Names=${unit.names ?? name}
LoadState=${unit.load}
ActiveState=${unit.active}
UnitFileState=${unit.enabled}
FragmentPath=${unit.fragment ?? ''}
TriggeredBy=${unit.load === 'masked' ? '' : (unit.triggeredBy ?? '')}
RequiredBy=${unit.requiredBy ?? ''}
WantedBy=multi-user.target
RefuseManualStop=${unit.refuseManualStop ? 'yes' : 'no'}
`;
  }

  #list(args: readonly string[], row: (name: string, unit: ModelUnit) => string): string {
    const pattern = args.includes('--') ? args.at(-1) : undefined;
    const [start = '', end = ''] = (pattern ?? '*').split('*');
    const fits = (name: string) =>
      pattern?.includes('*') === false ? name === pattern : name.startsWith(start) && name.endsWith(end);
    return [...this.units].flatMap(([name, unit]) => (fits(name) ? [`${row(name, unit)}\n`] : [])).join('');
  }

  #stop(names: readonly string[]): string {
    for (const name of names) {
      const how = this.units.get(name)?.stopping ?? 'stops';
      if (how === 'hangs') throw new MachineError('command-timed-out', 'systemctl stop: no end');
      if (how !== 'stops') throw new Error(how.refused);
      this.#set(name, 'inactive');
      for (const needing of (this.units.get(name)?.requiredBy ?? '').split(' ')) this.#set(needing, 'inactive');
    }
    return '';
  }

  #start(names: readonly string[]): string {
    for (const name of names) {
      if (this.#loadedMasks.has(name)) throw new Error(`Unit ${name} is masked.`);
      this.#set(name, this.units.get(name)?.startsNot ? 'failed' : 'active');
    }
    return '';
  }

  #set(name: string, active: string): void {
    const unit = this.units.get(name);
    if (unit) unit.active = active;
  }
}

/** An action that stops a service. */
export function stop(name: string, mitigation = `M-${name}`): HeldAction {
  return { mitigation, revision: 1, index: 0, mode: 'enforce', action: { kind: 'service', name, shared: true } };
}
