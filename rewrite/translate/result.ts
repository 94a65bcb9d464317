/** What a server cannot express, by name; nothing of the configuration may then be put on it. */
export interface Refusal {
  readonly owner: string;
  readonly rule: string;
  /** Short name of the feature, e.g. `back-reference` or `{REQUEST_FILENAME}`. */
  readonly feature: string;
  /** One sentence. */
  readonly why: string;
}

/** Where a server does more than IIS, or answers in another way; for `plan` and `show`. */
export interface Note {
  readonly owner: string;
  /** `broader`: requests that are refused though IIS would let them pass. `differs`: the same verdict with another look. */
  readonly kind: 'broader' | 'differs';
  readonly text: string;
}
