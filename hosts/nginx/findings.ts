import type { Finding, HeldAction } from '@stopgap/agent';
import type { Placement } from './lines/placement.ts';
import { heldKey, type OwnFile } from './own/own-files.ts';
import type { StandingFile, StandingFiles } from './own/standing.ts';

/** What stands for each wanted action, in order. Pure. */
export function findingsFor(
  wanted: readonly HeldAction[],
  standing: StandingFiles,
  placement: Placement,
): readonly Finding[] {
  const foreign = foreignFile(standing);
  if (foreign) {
    const detail = `${foreign.path} was not written by Stopgap; move it away, or set "folder" of the nginx host`;
    return wanted.map(() => ({ presence: 'conflict', detail }));
  }
  const damage = damageTo(standing, placement);
  return wanted.map((action) => findingFor(action, standing, damage));
}

/** The first of our paths on which a stranger's file stands. */
export function foreignFile({ http, server }: StandingFiles): StandingFile | undefined {
  return [http, server].find(({ found }) => found.kind === 'foreign');
}

/** Whether something of ours is there, but not whole: a configuration that nginx refuses may then be our fault. */
export function isDamaged(standing: StandingFiles, placement: Placement): boolean {
  const files = [standing.http, standing.server];
  const some = placement.standing + placement.stray > 0 || files.some(({ found }) => found.kind === 'ours');
  return some && damageTo(standing, placement) !== undefined;
}

function findingFor(action: HeldAction, { http, server }: StandingFiles, damage: string | undefined): Finding {
  const key = heldKey(action);
  const held = [http, server].filter(({ found }) => holds(found, key));
  if (held.length === 0) {
    const earlier = `${encodeURIComponent(action.mitigation)} revision `;
    const other = [http, server].some(({ found }) => holdsStart(found, earlier));
    return { presence: 'absent', detail: other ? 'another revision or mode of it is in place' : 'not there' };
  }
  if (damage !== undefined) return { presence: 'drifted', detail: damage };
  if (held.length === 1) {
    return { presence: 'drifted', detail: `only ${held[0]?.path} holds it: a change was not completed` };
  }
  return { presence: 'in-place', detail: `${http.path}, ${server.path} and their include lines` };
}

/** What somebody did to our part, or what is new and not yet covered by it. */
function damageTo({ http, server }: StandingFiles, placement: Placement): string | undefined {
  for (const { path, found } of [http, server]) {
    if (found.kind === 'missing') return `${path} was deleted`;
    if (found.kind === 'ours' && !found.intact) return `${path} was changed by somebody`;
  }
  const [first, ...more] = placement.without;
  if (first !== undefined) {
    const others = more.length > 0 ? ` and of ${more.length} more` : '';
    return `the include line of ${first === 'http' ? 'the http block' : `server ${first}`}${others} is missing`;
  }
  return placement.stray > 0 ? `${placement.stray} of our include lines stand where they should not` : undefined;
}

function holds(found: OwnFile, key: string): boolean {
  return found.kind === 'ours' && found.holds.has(key);
}

function holdsStart(found: OwnFile, start: string): boolean {
  return found.kind === 'ours' && [...found.holds].some((key) => key.startsWith(start));
}
