import { Trouble } from '../trouble.ts';
import { refuseTooMuch } from './documents.ts';
import type { FeedLimits } from './limits.ts';
import { type Matching, newMatching } from './path-patterns.ts';
import { documentsOf, type FoundDocument, type HeldRoles } from './roles.ts';
import type { Updated } from './update.ts';

/**
 * Leaves out delegated roles whose documents are beyond the caps, by themselves or together: one that lists too much holds nobody else
 * back. Where all are too much together, those that take most are left out first, each with all below it. Pure. Throws
 * `Trouble` where targets itself does.
 */
export function withinCaps(updated: Updated, limits: FeedLimits): Updated {
  const matching = newMatching();
  const all = [...documentsOf(updated.trust, updated, matching)];
  const beyond = new Map(tooDear(matching));
  const fits = (role: string, documents: readonly Named[]): boolean => {
    try {
      refuseTooMuch(new Map(documents), limits);
      return true;
    } catch (error) {
      if (!(error instanceof Trouble) || role === 'targets') throw error;
      beyond.set(role, error);
      return false;
    }
  };
  const alone = [...Map.groupBy(all, ([, { role }]) => role)].filter(([role, documents]) => fits(role, documents));
  const together = Map.groupBy(
    alone.flatMap(([, documents]) => documents),
    ([, { top }]) => top,
  );
  // Of the room there is, in bytes or in documents, whichever is more.
  const share = (documents: readonly Named[]): number => {
    const bytes = documents.reduce((sum, [, { target }]) => sum + target.length, 0);
    return Math.max(bytes / limits.totalBytes, documents.length / limits.documents);
  };
  let taken: readonly Named[] = together.get('targets') ?? [];
  together.delete('targets');
  for (const [top, documents] of [...together].sort(([, one], [, other]) => share(one) - share(other))) {
    const more = [...taken, ...documents];
    if (fits(top, more)) taken = more;
  }
  return withoutRoles(updated, beyond);
}

type Named = readonly [string, FoundDocument];

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
