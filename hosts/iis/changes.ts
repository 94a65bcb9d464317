import type { FileChange, FileContent } from '@stopgap/agent';
import type { FileState } from '@stopgap/machine';
import type { Addition } from './ours/addition.ts';
import { pathFor } from './ours/grow.ts';
import { formatMarker } from './ours/marker.ts';
import { standingIn } from './ours/standing.ts';
import { stripOurs } from './ours/strip.ts';
import type { ArrangedFile } from './rules/arrangement.ts';
import type { Shelved } from './server/shelf.ts';
import { type Document, readText } from './text/document.ts';
import { canonical } from './text/serialise.ts';
import { encodeSource } from './text/source-text.ts';

/** Everybody may read a `web.config`; on Windows the folder's rights decide. */
const newFileMode = 0o644;

/** A file as a change records it. */
export function recorded(state: FileState | undefined): FileContent | null {
  return state ? { base64: state.bytes.toString('base64'), mode: state.mode } : null;
}

/**
 * The change that makes a file hold exactly what is arranged for it, and nothing else of ours; `undefined`: it does, if
 * perhaps laid out by somebody else's program. Pure.
 */
export function changeFor(host: string, shelved: Shelved, arranged: ArrangedFile | undefined): FileChange | undefined {
  const { path, state, document } = shelved;
  const next = arranged?.text ?? (document && stripOurs(document));
  if (next === document?.text) return undefined;
  if (document && next !== undefined && sameEffect(document, readText(next, path))) return undefined;
  const like = document?.source ?? { text: '', encoding: 'utf-8' as const, mark: false };
  const after =
    next === undefined
      ? null
      : { base64: encodeSource(next, like).toString('base64'), mode: state?.mode ?? newFileMode };
  return { kind: 'file', host, path, before: recorded(state), after, summary: summaryOf(shelved, arranged) };
}

/** The same elements in the same order, and the same of them ours. */
function sameEffect(a: Document, b: Document): boolean {
  return canonical(a.root) === canonical(b.root) && ownership(a) === ownership(b);
}

function ownership(document: Document): string {
  return standingIn(document)
    .map(({ marker: { owner, name, former = [] } }) => {
      const origin = { made: 0, around: { kind: 'open' as const }, inline: false, file: false };
      return formatMarker({ owner, name, former, origin });
    })
    .sort()
    .join('\n');
}

function summaryOf({ path, document, base }: Shelved, arranged: ArrangedFile | undefined): string {
  const names = (list: readonly string[]) => [...new Set(list)].join(', ');
  const now = document ? standingIn(document).map(({ marker }) => marker.owner.mitigation) : [];
  const next = arranged?.additions.map(({ owner }) => owner.mitigation) ?? [];
  const into = next.filter((one) => !now.includes(one));
  const out = now.filter((one) => !next.includes(one));
  const parts = [
    ...(into.length > 0 ? [`what ${names(into)} needs into`] : []),
    ...(out.length > 0 ? [`what ${names(out)} needed out of`] : []),
  ];
  const what = parts.length > 0 ? parts.join('; ') : `what ${names(next)} needs put right in`;
  if (!document) return `${what} ${path}, which is made for it`;
  const first = arranged?.additions.some((one) => base && goesFirst(base, one));
  return first ? `${what} ${path}, in front of the rules that are there` : `${what} ${path}`;
}

/** Whether an inbound rule goes in front of others that are not ours. */
function goesFirst({ root }: Document, { kind, place }: Addition): boolean {
  if (kind !== 'put' || (place.collection !== 'rules' && place.collection !== 'globalRules')) return false;
  const { existing, missing } = pathFor(root, place);
  return missing.length === 0 && (existing.at(-1) ?? root).elements.some((one) => one.name === 'rule');
}
