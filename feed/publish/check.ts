import { FeedError } from '../errors.ts';
import type { PartReview } from './proposal/review.ts';
import type { Press } from './release.ts';
import { type Published, readDocument } from './repository.ts';

/** What a check says of a document; an `error` keeps the publication back. */
export interface CheckFinding {
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/**
 * Looks at a document before it is signed. Given by the caller: the feed does not know what documents say. `before` is the
 * document as it is out now; `undefined` when it is new.
 */
export type DocumentCheck = (
  name: string,
  bytes: Uint8Array,
  before: Uint8Array | undefined,
) => readonly CheckFinding[] | Promise<readonly CheckFinding[]>;

/** Checks every document that is new or changed. Answers the warnings. Throws `check-refused`. */
export async function checkDocuments(
  review: readonly PartReview[],
  published: Published | undefined,
  at: Pick<Press, 'layout' | 'files'>,
  check: DocumentCheck = () => [],
): Promise<readonly string[]> {
  const checked = review.flatMap(({ role, documents }) =>
    documents.map(async ({ name, bytes }) => {
      if (!bytes) return [];
      const current = published?.roles.get(role)?.metadata.signed;
      const before = current && readDocument(at.layout, at.files, current, name);
      const found = await check(name, bytes, before);
      return found.map(({ severity, message }) => ({ severity, line: `${name}: ${message}` }));
    }),
  );
  const findings = (await Promise.all(checked)).flat();
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ line }) => line);
  if (errors.length > 0) {
    throw new FeedError('check-refused', `nothing was published; correct and add again: ${errors.join('; ')}`);
  }
  return findings.map(({ line }) => line);
}
