import type { ScopedRules } from '../model.ts';
import type { Note } from './result.ts';

/** What nginx does differently, for each owner. */
export function notesOf(_rules: readonly ScopedRules[]): readonly Note[] {
  return [];
}
