import { type Clock, type Files, systemClock, systemFiles } from '@stopgap/machine';
import { FeedError } from '../errors.ts';
import { checkDocuments, type DocumentCheck } from './check.ts';
import { feedLayout } from './layout.ts';
import { asOnlyPublisher } from './lock.ts';
import { draftProposal, type Intent } from './proposal/draft.ts';
import type { Proposal } from './proposal/proposal.ts';
import { type PartReview, reviewProposal } from './proposal/review.ts';
import { dropProposal, keepProposal, pendingProposals } from './proposal/store.ts';
import type { PublicKey } from './public-key.ts';
import { readPublished } from './repository.ts';
import { readSettings, writeSettings } from './settings.ts';
import { readStaged } from './stage.ts';

/** What to propose beside what is staged. */
export interface ProposeOptions extends Omit<Intent, 'staged' | 'first'> {
  /** Holders whose keys are new: their names are kept. */
  readonly holders?: readonly PublicKey[];
  /** Leave what is staged for another time. */
  readonly withoutStaged?: boolean;
  readonly leastVersion?: number;
  readonly check?: DocumentCheck;
  readonly files?: Files;
  readonly clock?: Clock;
}

/** A proposal that now awaits signatures. */
export interface Proposed {
  readonly id: string;
  readonly proposal: Proposal;
  readonly review: readonly PartReview[];
  /** Of the checks, and of other proposals whose place this one takes. */
  readonly warnings: readonly string[];
}

/**
 * Makes a proposal of what is staged and what is asked for, to be signed by the holders of keys. No key is needed, and
 * nothing is out yet. Throws `proposal-missing` where nothing would change, `check-refused`, `roles-invalid`,
 * `feed-damaged`, `feed-busy`.
 */
export async function proposeFeed(folder: string, options: ProposeOptions): Promise<Proposed> {
  const layout = feedLayout(folder);
  const files = options.files ?? systemFiles;
  const clock = options.clock ?? systemClock;
  readSettings(layout, files);
  return asOnlyPublisher(layout, files, async () => {
    const settings = withHolders(readSettings(layout, files), options.holders ?? []);
    const published = readPublished(layout, files, settings);
    const at = { layout, files, clock, settings, leastVersion: options.leastVersion };
    const staged = options.withoutStaged ? {} : { staged: readStaged(layout, files) };
    const proposal = draftProposal(at, published, { ...options, ...staged });
    if (!proposal) {
      throw new FeedError(
        'proposal-missing',
        `nothing would change; stage documents first: stopgap feed add ${folder} FILE`,
      );
    }
    const review = reviewProposal(proposal, clock.now());
    const checked = await checkDocuments(review, published, { layout, files }, options.check);
    writeSettings(layout, files, settings);
    const id = keepProposal(layout, files, proposal);
    const replaced = dropOverlapping(layout, files, id, review);
    return { id, proposal, review, warnings: [...checked, ...replaced] };
  });
}

/** Two proposals that change the same role cannot both be published: the older one goes. */
function dropOverlapping(
  layout: ReturnType<typeof feedLayout>,
  files: Files,
  newest: string,
  review: readonly PartReview[],
): readonly string[] {
  const roles = new Set(review.map(({ role }) => role));
  const older = pendingProposals(layout, files).filter(
    ({ id, proposal }) => id !== newest && proposal.parts.some(({ role }) => roles.has(role)),
  );
  for (const { id } of older) dropProposal(layout, files, id);
  return older.map(
    ({ id }) => `this takes the place of proposal ${id}; tell its holders that it will not be published`,
  );
}

function withHolders(settings: ReturnType<typeof readSettings>, added: readonly PublicKey[]) {
  const holders = [...settings.holders];
  for (const { holder, key } of added) {
    if (holders.some(({ keyId }) => keyId === key.keyID)) continue;
    if (holders.some((one) => one.holder === holder)) {
      throw new FeedError(
        'roles-invalid',
        `there was a key of ${holder} before; give the new one another name, e.g. ${holder}-2`,
      );
    }
    holders.push({ holder, keyId: key.keyID });
  }
  return { ...settings, holders };
}
