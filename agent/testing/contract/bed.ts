import type { Clock, Commands, Files, Folders, Log } from '@stopgap/machine';
import type { HeldAction, Host } from '../../host.ts';

/** Everything through which a host reaches the world; a test puts itself in between. */
export interface World {
  readonly files: Files;
  readonly folders: Folders;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly log: Log;
}

/** One server of a kind, laid out for a test: nothing of ours stands on it at first. Real, or a stand-in that keeps state. */
export interface HostBed {
  /**
   * The host, over the bed's world as `between` changes it. Each call is another process: it remembers nothing of those
   * before.
   */
  host(between?: (world: World) => World): Host;
  /**
   * All that must not get lost, by name: files with bytes and modes, states of services. The same on every bed that was
   * laid out alike and treated alike: no process ids, no times, no path of the bed's own folder.
   */
  snapshot(): ReadonlyMap<string, string>;
  /** Why the server, by its own test, refuses its configuration or does not serve; `undefined`: all is well. */
  complaint(): Promise<string | undefined>;
  /** Whether the server runs with something else than what stands on its disk. Absent: it cannot. */
  stale?(): Promise<boolean> | boolean;
  close(): Promise<void> | void;
}

/** Something that somebody does to the server. */
export interface Deed<B extends HostBed> {
  readonly name: string;
  do(bed: B): Promise<void> | void;
}

/** Why a case cannot be tried on this kind of host. */
export interface Skip {
  readonly skip: string;
}

/** What the suite needs to know of a kind of host. Whatever is a `Skip` is counted and printed with its reason. */
export interface HostContract<B extends HostBed> {
  setUp(): Promise<B> | B;
  /** Actions of three different mitigations, which the host holds side by side. */
  readonly actions: readonly [HeldAction, HeldAction, HeldAction];
  /** Actions of two mitigations that claim the same thing. */
  readonly sharing: readonly [HeldAction, HeldAction] | Skip;
  /** Actions that the host cannot hold, each with a word that its reason names. */
  readonly unsupported: readonly { readonly action: HeldAction; readonly word: RegExp }[];
  /** What the host does with an action in mode `observe`. */
  readonly observing: 'held' | 'refused' | Skip;
  /** Damage to what stands for the first action. */
  readonly drifts: readonly Deed<B>[];
  /** Edits of the administrator's own to the very things that the first action changes; ours stays whole. */
  readonly edits: readonly Deed<B>[];
  /** Puts something different under the first action's name. */
  readonly conflict: Deed<B> | Skip;
  /** Puts something of the same effect as the first action there, under another name. */
  readonly adoption: Deed<B> | Skip;
  /** Breaks the configuration, so that the server would refuse it, and mends it again byte for byte. */
  readonly breakage: { readonly break: Deed<B>; readonly mend: Deed<B> } | Skip;
  /** Takes the server away, as far as the host can see. */
  readonly absence: Deed<B> | Skip;
  /** Denies every change; default: every write and removal fails with EACCES. */
  readonly denial?: ((world: World) => World) | Skip;
}
