/** One thing that an installation adds to a server. */
export type Item = FolderItem | FileItem | LinkItem;

interface Placed {
  readonly path: string;
  readonly why: string;
  /** What stands there already is of an installation whose manifest was lost with its state folder, and goes with this one. */
  readonly adopted?: boolean;
}

/** A folder. */
export interface FolderItem extends Placed {
  readonly kind: 'folder';
  readonly mode: number;
  /** Belongs to Stopgap alone: goes with all that is in it. Otherwise it goes only when it is empty. */
  readonly whole: boolean;
}

/** A file with what is in it. */
export interface FileItem extends Placed {
  readonly kind: 'file';
  readonly mode: number;
  readonly text: string;
  /** `ours`: written anew at every installation. `theirs`: laid down for the administrator to edit. */
  readonly owner: 'ours' | 'theirs';
}

/** A symbolic link. */
export interface LinkItem extends Placed {
  readonly kind: 'link';
  readonly target: string;
}

/** What becomes of an item: made, replaced, or as it is. */
export type Verdict = 'new' | 'changed' | 'same';

/** An item, and what has to be done for it. */
export interface Judged {
  readonly item: Item;
  readonly verdict: Verdict;
}
