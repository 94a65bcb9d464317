import * as os from 'node:os';
import type { SurveyedHost } from '../apply/wanted.ts';
import type { InventoryView } from '../decide/input.ts';
import type { Journal } from '../journal/journal.ts';
import type { Parts } from './parts.ts';

/** What the last look found this server to be, for `status`. */
export interface ServerNote {
  readonly name: string;
  readonly products: readonly { readonly product: string; readonly build: string }[];
  readonly problems: readonly { readonly product: string; readonly reason: string }[];
  readonly hosts: readonly {
    readonly name: string;
    readonly kind: string;
    readonly present: boolean;
    readonly detail: string;
    readonly missing: readonly { readonly what: string; readonly remedy: string }[];
    /** Absent in notes of earlier versions. */
    readonly weaknesses?: readonly { readonly what: string; readonly remedy: string }[];
  }[];
}

/** Writes the note. */
export function noteServer(parts: Parts, inventory: InventoryView, hosts: readonly SurveyedHost[]): void {
  const note: ServerNote = {
    name: os.hostname(),
    products: inventory.products.map(({ product, build }) => ({ product, build: build ?? 'build unknown' })),
    problems: [...inventory.problems].map(([product, reason]) => ({ product, reason })),
    hosts: hosts.map(({ host, survey }) => ({
      name: host.name,
      kind: host.kind,
      present: survey.present,
      detail: survey.detail,
      missing: survey.missing,
      weaknesses: survey.weaknesses ?? [],
    })),
  };
  parts.journal.putNote('server', JSON.stringify(note));
}

/** Reads the note; `undefined` before the first look. */
export function readServerNote(journal: Journal): ServerNote | undefined {
  const note = journal.note('server');
  return note === undefined ? undefined : (JSON.parse(note) as ServerNote);
}
