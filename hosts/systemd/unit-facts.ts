import { HostError } from '@stopgap/agent';

/** What systemd says of one unit. */
export interface UnitFacts {
  /** The unit's own name, where it was asked for by an alias. */
  readonly id: string;
  /** All its names: its own, and its aliases. */
  readonly names: readonly string[];
  /** LoadState: `loaded`, `not-found`, `masked`, `error`, `bad-setting`. */
  readonly load: string;
  /** ActiveState. */
  readonly active: string;
  /** UnitFileState, `-` where there is none. */
  readonly enabled: string;
  /** The file it was loaded from; empty for none. */
  readonly fragment: string;
  /** Sockets, timers and paths that start it. */
  readonly triggeredBy: readonly string[];
  /** Units that stop when it is stopped: Requires=, BindsTo=, PartOf= and PropagatesStopTo= name it. */
  readonly stopWithIt: readonly string[];
  /** Units that pull it in when they start and do without it. */
  readonly wantedBy: readonly string[];
  /** Units that pull it in and do not start without it. */
  readonly neededBy: readonly string[];
  readonly refusesStop: boolean;
  /** `process` or `none`: what it started goes on when it stops. */
  readonly killMode: string;
}

const properties = [
  'Id',
  'Names',
  'LoadState',
  'ActiveState',
  'UnitFileState',
  'FragmentPath',
  'TriggeredBy',
  'RequiredBy',
  'BoundBy',
  'ConsistsOf',
  'PropagatesStopTo',
  'WantedBy',
  'UpheldBy',
  'RefuseManualStop',
  'KillMode',
] as const;

/** Arguments of `systemctl show`. */
export const shownProperties = properties.map((name) => `--property=${name}`);

/** Reads what `systemctl show` printed of these units. Throws `HostError` `unreachable` for anything else. */
export function parseShow(printed: string, units: readonly string[]): readonly UnitFacts[] {
  const blocks = printed.split(/\n\n+/).filter((block) => block.trim() !== '');
  if (blocks.length !== units.length) {
    throw new HostError('unreachable', `systemctl show printed ${blocks.length} units when asked for ${units.length}`);
  }
  return blocks.map(factsOf);
}

function factsOf(block: string): UnitFacts {
  const lines = block.split('\n').filter((line) => line.includes('='));
  const values = new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  const value = (name: (typeof properties)[number]) => values.get(name) ?? '';
  const list = (...names: readonly (typeof properties)[number][]) => [
    ...new Set(names.flatMap((name) => value(name).split(' ').filter(Boolean))),
  ];
  return {
    id: value('Id'),
    names: list('Names'),
    load: value('LoadState'),
    active: value('ActiveState'),
    enabled: value('UnitFileState') || '-',
    fragment: value('FragmentPath'),
    triggeredBy: list('TriggeredBy'),
    stopWithIt: list('RequiredBy', 'BoundBy', 'ConsistsOf', 'PropagatesStopTo'),
    wantedBy: list('WantedBy', 'UpheldBy'),
    neededBy: list('RequiredBy', 'BoundBy'),
    refusesStop: value('RefuseManualStop') === 'yes',
    killMode: value('KillMode'),
  };
}
