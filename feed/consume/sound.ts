import { Trouble } from '../trouble.ts';
import { refuseTooMuch } from './documents.ts';
import type { FeedLimits } from './limits.ts';
import { documentsOf, type FoundDocument, type HeldRoles } from './roles.ts';
import type { Updated } from './update.ts';

/**
 * Leaves out delegated roles whose documents are beyond the caps, alone or together with those of the roles before them: one that
 * lists too much holds nobody else back. Pure. Throws `Trouble` where targets itself does.
 */
export function withinCaps(updated: Updated, limits: FeedLimits): Updated {
  const all = [...documentsOf(updated.trust, updated)];
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

/** The same feed with further roles left out. */
export function withoutRoles(updated: Updated, more: HeldRoles): Updated {
  const roles = updated.roles.filter((role) => !more.has(role));
  return { ...updated, roles, held: new Map([...updated.held, ...more]) };
}
