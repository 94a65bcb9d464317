/** One thing that an installation adds to a server. */
export type Item = FolderItem | FileItem | LinkItem;

/** A folder. */
export interface FolderItem {
  readonly kind: 'folder';
  readonly path: string;
  readonly mode: number;
  readonly why: string;
  /** Belongs to Stopgap alone: goes with all that is in it. Otherwise it goes only when it is empty. */
  readonly whole: boolean;
}

/** A file with what is in it. */
export interface FileItem {
  readonly kind: 'file';
  readonly path: string;
  readonly mode: number;
  readonly why: string;
  readonly text: string;
  /** `ours`: written anew at every installation. `theirs`: laid down for the administrator to edit. */
  readonly owner: 'ours' | 'theirs';
}

/** A symbolic link. */
export interface LinkItem {
  readonly kind: 'link';
  readonly path: string;
  readonly target: string;
  readonly why: string;
}

/** What becomes of an item: made, replaced, or as it is. */
export type Verdict = 'new' | 'changed' | 'same';

/** An item, and what has to be done for it. */
export interface Judged {
  readonly item: Item;
  readonly verdict: Verdict;
}
