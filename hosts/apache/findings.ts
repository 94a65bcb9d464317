import type { Finding, HeldAction } from '@stopgap/agent';
import { heldKey } from '@stopgap/agent/rule-files';
import type { Standing } from './standing.ts';

/** What findings are made from. */
export interface Observed {
  readonly standing: Standing;
  /** The same actions would be written differently now, e.g. by a newer Stopgap. */
  readonly outdated: boolean;
  /** Files of the admin's own that hold the very same rules, by key of the action. */
  readonly adopted: ReadonlyMap<string, string>;
}

/** What stands for each wanted action, in order. Pure. */
export function findingsFor(wanted: readonly HeldAction[], observed: Observed): readonly Finding[] {
  const { standing, adopted } = observed;
  if (standing.found.kind === 'foreign') {
    const detail = `${standing.path} was not written by Stopgap; move it away, or set "file" of the apache host`;
    return wanted.map(() => ({ presence: 'conflict', detail }));
  }
  return wanted.map((action): Finding => {
    const file = adopted.get(heldKey(action));
    if (file !== undefined) return { presence: 'adopted', detail: `${file} holds the same rules` };
    return findingFor(action, observed);
  });
}

function findingFor(action: HeldAction, { standing, outdated }: Observed): Finding {
  const holds = standing.found.kind === 'ours' ? standing.found.holds : [];
  const key = heldKey(action);
  if (!holds.includes(key)) {
    const other = holds.some((one) => one.split(' ')[0] === key.split(' ')[0]);
    return { presence: 'absent', detail: other ? 'another revision or mode of it is in place' : 'not there' };
  }
  const damage = damageTo(standing) ?? (outdated ? rewriting : undefined);
  if (damage !== undefined) return { presence: 'drifted', detail: damage };
  return { presence: 'in-place', detail: standing.path };
}

const rewriting = 'the rules are the same, but are written in another way by this version of Stopgap';

/** What somebody did to our part; `undefined`: nothing. */
export function damageTo({ found, path, strays, read }: Standing): string | undefined {
  if (found.kind === 'ours' && !found.intact) return `${path} was changed by somebody`;
  const [stray] = strays;
  if (stray) return `our file is also at ${stray.path}, where it does not belong (any more)`;
  if (found.kind === 'ours' && read === false) return `no Include of the configuration takes ${path} in any more`;
  return undefined;
}
