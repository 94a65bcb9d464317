import type { Finding, HeldAction } from '@stopgap/agent';
import { heldKey } from '@stopgap/agent/rule-files';
import type { Placement } from './lines/placement.ts';
import type { SetFile } from './own/set-file.ts';
import { foreignFile, type StandingFiles, standingKinds } from './own/standing.ts';

/** What findings are made from. */
export interface Observed {
  readonly standing: StandingFiles;
  /** Where the lines of what stands have to be, against where they are. */
  readonly placement: Placement;
  /** The same actions would be written differently now, e.g. by a newer Stopgap or for a newer nginx. */
  readonly outdated: boolean;
}

/** What stands for each wanted action, in order. Pure. */
export function findingsFor(wanted: readonly HeldAction[], observed: Observed): readonly Finding[] {
  const { standing, placement, outdated } = observed;
  const foreign = foreignFile(standing);
  if (foreign) {
    const detail = `${foreign.path} was not written by Stopgap; move it away, or set "folder" of the nginx host`;
    return wanted.map(() => ({ presence: 'conflict', detail }));
  }
  const damage = damageTo(standing, placement) ?? (outdated ? rewriting : undefined);
  return wanted.map((action) => findingFor(action, standing, damage));
}

const rewriting = 'the rules are the same, but are written in another way by this version of Stopgap or for this nginx';

/** Whether something of ours is there, but not whole: a configuration that nginx refuses may then be our fault. */
export function isDamaged(standing: StandingFiles, placement: Placement): boolean {
  const some = placement.standing + placement.stray > 0 || ours(standing).length > 0;
  return some && damageTo(standing, placement) !== undefined;
}

function findingFor(action: HeldAction, standing: StandingFiles, damage: string | undefined): Finding {
  const key = heldKey(action);
  const held = ours(standing).filter(({ holds }) => holds.includes(key));
  if (held.length === 0) {
    const other = ours(standing).some(({ holds }) => holds.some((one) => ofSameMitigation(one, key)));
    return { presence: 'absent', detail: other ? 'another revision or mode of it is in place' : 'not there' };
  }
  if (damage !== undefined) return { presence: 'drifted', detail: damage };
  const paths = [...standing.values()].flatMap(({ path, content }) => (content ? [path] : []));
  return { presence: 'in-place', detail: `${paths.join(', ')} and their include lines` };
}

/** What somebody did to our part, or what is new and not yet covered by it. */
function damageTo(standing: StandingFiles, placement: Placement): string | undefined {
  const kinds = standingKinds(standing);
  for (const [kind, { path, found }] of standing) {
    if (found.kind === 'missing' && kinds.includes(kind)) return `${path} was deleted`;
    if (found.kind === 'ours' && !found.intact) return `${path} was changed by somebody`;
  }
  const sets = ours(standing).map(({ set, holds }) => [...set, ...holds].join('\n'));
  if (sets.some((one) => one === '' || one !== sets[0])) return 'a change of the rules was not completed';
  if (kinds.some((kind) => !standing.has(kind))) return 'a file of ours was deleted';
  const [first, ...more] = placement.without;
  if (first !== undefined) {
    const others = more.length > 0 ? ` and of ${more.length} more` : '';
    return `the include line of ${first}${others} is missing`;
  }
  return placement.stray > 0 ? `${placement.stray} of our include lines stand where they should not` : undefined;
}

type Ours = Extract<SetFile, { kind: 'ours' }>;

function ours(standing: StandingFiles): readonly Ours[] {
  return [...standing.values()].flatMap(({ found }) => (found.kind === 'ours' ? [found] : []));
}

/** Keys begin with mitigation, `revision` and a number. */
function ofSameMitigation(one: string, other: string): boolean {
  return one.split(' ')[0] === other.split(' ')[0];
}
