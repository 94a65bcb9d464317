import { Trouble } from '../trouble.ts';
import { refuseTooMuch } from './documents.ts';
import type { FeedLimits } from './limits.ts';
import { type Matching, newMatching } from './path-patterns.ts';
import { documentsOf, type FoundDocument, type HeldRoles } from './roles.ts';
import type { Updated } from './update.ts';

/**
 * Leaves out delegated roles whose documents are beyond the caps, alone or together with those of the roles before them: one that
 * lists too much holds nobody else back. Pure. Throws `Trouble` where targets itself does.
 */
export function withinCaps(given: Updated, limits: FeedLimits): Updated {
  const matching = newMatching();
  const all = [...documentsOf(given.trust, given, matching)];
  const updated = withoutRoles(given, tooDear(matching));
  const beyond = new Map<string, Trouble>();
  let taken: ReadonlyMap<string, FoundDocument> = new Map();
  for (const role of updated.roles) {
    const more = new Map([...taken, ...all.filter(([, document]) => document.role === role)]);
    try {
      refuseTooMuch(more, limits);
      taken = more;
    } catch (error) {
      if (!(error instanceof Trouble) || role === 'targets') throw error;
      beyond.set(role, error);
    }
  }
  return withoutRoles(updated, beyond);
}

/** Roles whose patterns, or those of roles below them, take too long to match. Throws `Trouble` where targets' own do. */
function tooDear({ over }: Matching): HeldRoles {
  const reason = (role: string) =>
    new Trouble(
      'content',
      `the path patterns of ${role} take too long to match; ask the publisher for fewer and plainer ones`,
    );
  if (over.has('targets')) throw reason('targets');
  return new Map([...over].map((role) => [role, reason(role)]));
}

/** The same feed with further roles left out. */
export function withoutRoles(updated: Updated, more: HeldRoles): Updated {
  const roles = updated.roles.filter((role) => !more.has(role));
  return { ...updated, roles, held: new Map([...updated.held, ...more]) };
}
