import type { Acceptance, HeldAction, HostSurvey } from '@stopgap/agent';
import { configuredPool } from './pools/pool-config.ts';
import { itemsOf, refusalOf, type UrlRewrite } from './rules/fragment.ts';
import { spotFor } from './rules/placement.ts';
import type { Remembered } from './server/remembered.ts';
import type { Server } from './server/server.ts';
import { missingForRules } from './survey.ts';

/** Whether this IIS can hold an action, and if not, why. `server`: what the survey was made from. */
export function acceptanceOf(
  held: HeldAction,
  survey: HostSurvey,
  server: Server | undefined,
  remembered: Remembered,
): Acceptance {
  const { action } = held;
  if (action.kind === 'none') return { accepted: true, notes: [] };
  if (!survey.present) return { accepted: false, state: 'not-applicable', reason: survey.detail };
  const [missing] = survey.missing;
  if (missing) return lacking(missing);
  if (action.kind === 'appPool') return holdsPool(action.name, server);
  if (action.kind !== 'urlRewrite') {
    return { accepted: false, state: 'unsupported', reason: `the iis host holds no ${action.kind} action` };
  }
  const [needed] = server ? missingForRules(server) : [];
  if (needed) return lacking(needed);
  if (held.mode === 'observe') {
    const reason = 'IIS cannot watch a rule without enforcing it; apply it, or put a gateway in front';
    return { accepted: false, state: 'unsupported', reason };
  }
  const refusal = refusalOf(action);
  if (refusal !== undefined) return { accepted: false, state: 'unsupported', reason: `on IIS ${refusal}` };
  return server ? placeable(held, action, server, remembered) : { accepted: true, notes: [] };
}

function lacking({ what, remedy }: HostSurvey['missing'][number]): Acceptance {
  return { accepted: false, state: 'prerequisite-missing', reason: `${what}; ${remedy}` };
}

function holdsPool(name: string, server: Server | undefined): Acceptance {
  if (!server || configuredPool(server, name)) return { accepted: true, notes: [] };
  const reason = `there is no application pool "${name}" in ${server.applicationHost}`;
  return { accepted: false, state: 'unsupported', reason };
}

function placeable(held: HeldAction, action: UrlRewrite, server: Server, remembered: Remembered): Acceptance {
  const notes: string[] = [];
  for (const { collection } of itemsOf(action)) {
    const spot = spotFor(server, action.scope, collection, (file) => server.shelf.rewriting(file));
    if ('reason' in spot) {
      // What is in a file that somebody broke, or has open, is still ours to look after.
      if (isHeld(held, server, remembered)) return { accepted: true, notes: [spot.reason] };
      return { accepted: false, ...spot };
    }
    if (spot.why !== undefined) notes.push(`stands in ${spot.file}, because ${spot.why}`);
  }
  return { accepted: true, notes: [...new Set(notes)] };
}

function isHeld({ mitigation }: HeldAction, { shelf }: Server, remembered: Remembered): boolean {
  return (
    shelf.all.some((file) => file.markedFor.includes(mitigation) && file.problem !== undefined) ||
    shelf.unreadable.some(({ path }) => remembered.markedFor(path).includes(mitigation))
  );
}
