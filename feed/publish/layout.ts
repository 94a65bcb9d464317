import path from 'node:path';

/** Where things stand in a publisher's folder. `repository` alone is served; `keys` never leaves the machine. */
export interface FeedLayout {
  readonly folder: string;
  readonly settings: string;
  /** What was released last: a memory against an older repository put back in place. */
  readonly released: string;
  readonly repository: string;
  readonly metadata: string;
  readonly targets: string;
  readonly keys: string;
  readonly staged: string;
  /** Proposals that await signatures, and the signatures that have come in. */
  readonly proposals: string;
  readonly lock: string;
}

/** The layout of the publisher's folder `folder`. Pure. */
export function feedLayout(folder: string): FeedLayout {
  const repository = path.join(folder, 'repository');
  return {
    folder,
    settings: path.join(folder, 'feed.json'),
    released: path.join(folder, 'released.json'),
    repository,
    metadata: path.join(repository, 'metadata'),
    targets: path.join(repository, 'targets'),
    keys: path.join(folder, 'keys'),
    staged: path.join(folder, 'staged'),
    proposals: path.join(folder, 'proposals'),
    lock: path.join(folder, 'lock.sqlite'),
  };
}
