import { type Files, systemFiles } from '@stopgap/machine';
import { FeedError } from '../errors.ts';
import { checkLogs, type LoggedEntry, readLog } from '../log/index.ts';
import { feedLayout } from './layout.ts';
import { segmentsOf } from './proposal/draft-role.ts';
import { hashesOf } from './proposal/review-documents.ts';
import { readPublished } from './repository.ts';
import { readSettings } from './settings.ts';

/** The log of one role, whole and checked. */
export interface RoleLog {
  readonly role: string;
  readonly entries: readonly LoggedEntry[];
}

/**
 * The logs of all roles: their chains are followed, and they must lead to just the documents that the roles hold. A role of a
 * feed from before there were logs has none until its next publication. Throws `log-broken`, `feed-missing`,
 * `feed-damaged`, `feed-unsigned`.
 */
export function feedLogs(folder: string, files: Files = systemFiles): readonly RoleLog[] {
  const layout = feedLayout(folder);
  const { roles } = readPublished(layout, files, readSettings(layout, files));
  const logs = [...roles].map(([role, { metadata }]) => {
    const segments = segmentsOf(role, metadata.signed, { layout, files });
    return { role, segments, documents: hashesOf(metadata.signed) };
  });
  const verdict = checkLogs([], logs);
  if (!verdict.ok) {
    throw new FeedError('log-broken', `${verdict.reason}; restore ${folder} from a copy or from a mirror`);
  }
  return logs.map(({ role, segments }) => ({ role, entries: readLog(role, segments) }));
}
