import type { XmlElement } from '@stopgap/xml';
import type { Document } from '../text/document.ts';
import { applyEdits, type Edit } from '../text/edits.ts';
import { leadOf } from '../text/layout.ts';
import { tagOf } from '../text/tags.ts';
import type { FormerValue, Origin } from './marker.ts';
import { type Standing, standingIn } from './standing.ts';

/**
 * The text without anything of ours: where nobody else changed those places, the very text from before. `undefined`: the
 * whole file was ours. Pure.
 */
export function stripOurs(document: Document): string | undefined {
  const edits = editsThatStrip(document);
  return edits === undefined ? undefined : applyEdits(document.text, edits);
}

/**
 * As `stripOurs`, for a text that is not well-formed any more: what would be taken out of `whole`, the text as we left it,
 * is taken out of `now`, if each piece is there exactly once as it was. `undefined`: it is not.
 */
export function stripOursFrom(now: string, whole: Document): string | undefined {
  let text = now;
  for (const { start, end, text: instead } of editsThatStrip(whole) ?? []) {
    const piece = whole.text.slice(start, end);
    const at = text.indexOf(piece);
    if (at < 0 || text.includes(piece, at + 1)) return undefined;
    text = text.slice(0, at) + instead + text.slice(at + piece.length);
  }
  return text === now ? undefined : text;
}

function editsThatStrip(document: Document): readonly Edit[] | undefined {
  const standing = standingIn(document);
  if (standing.length === 0) return [];
  const cuts = standing.flatMap((one) => cutsFor(document.text, one));
  return new Shrinking(document, standing, cuts).edits();
}

/** What goes away for one marker: itself, and what it names; or the value of `enabled` as it was. */
function cutsFor(text: string, { marker, comment, item, remove }: Standing): readonly Edit[] {
  const { inline } = marker.origin;
  const cut = ({ start, end }: { start: number; end: number }): Edit => ({
    start: inline ? start : leadOf(text, start),
    end,
    text: '',
  });
  const { former } = marker;
  if (!former) return [comment, remove, item].flatMap((one) => (one ? [cut(one)] : []));
  return [cut(comment), ...(item ? former.flatMap((one) => restored(text, item, one)) : [])];
}

/** What we set attributes to; an attribute that has another value now was set by somebody else since. */
const ourValues: ReadonlyMap<string, string> = new Map([
  ['enabled', 'true'],
  ['autoStart', 'false'],
  ['startMode', 'OnDemand'],
]);

function restored(text: string, item: XmlElement, [attribute, before]: FormerValue): readonly Edit[] {
  const now = tagOf(text, item).values.get(attribute);
  if (!now || text.slice(now.start, now.end) !== ourValues.get(attribute)) return [];
  if (before !== undefined) return [{ ...now, text: before }];
  const name = text.lastIndexOf(attribute, now.start);
  return [{ start: text.slice(0, name).trimEnd().length, end: now.end + 1, text: '' }];
}

/** Takes away the elements that were made for ours and hold nothing any more, and closes those that were closed. */
class Shrinking {
  readonly #document: Document;
  readonly #cuts: readonly Edit[];
  /** Elements that we made, and whether they stand on lines of their own. */
  readonly #made = new Map<XmlElement, Origin>();
  readonly #around = new Map<XmlElement, Origin>();

  constructor(document: Document, standing: readonly Standing[], cuts: readonly Edit[]) {
    this.#document = document;
    this.#cuts = cuts;
    for (const { path, marker } of standing) {
      const { origin } = marker;
      const outermost = path.length - origin.made;
      for (const element of path.slice(Math.max(outermost, origin.file ? 0 : 1))) this.#made.set(element, origin);
      const around = path[outermost - 1];
      if (around && !this.#made.has(around)) this.#around.set(around, origin);
    }
  }

  edits(): readonly Edit[] | undefined {
    const { root, text } = this.#document;
    const result = this.#shrink(root);
    if (result.kept) return result.edits;
    const outside = text.slice(0, root.start) + text.slice(root.end);
    if (outside.replace(/<\?xml[^>]*\?>/, '').trim() === '') return undefined;
    const { opened, closing } = tagOf(text, root);
    return [{ start: opened, end: closing, text: '' }];
  }

  #shrink(element: XmlElement): { readonly kept: boolean; readonly edits: readonly Edit[] } {
    const inside = this.#cuts.filter((cut) => cut.start > element.start && cut.end < element.end);
    if (inside.length === 0) return { kept: true, edits: [] };
    const { text } = this.#document;
    const children = element.elements.map((child) => ({ child, ...this.#shrink(child) }));
    const gone = children.filter(({ kept }) => !kept).map(({ child }) => this.#cutOf(child));
    const within = (cut: Edit) => children.some(({ child }) => cut.start > child.start && cut.end < child.end);
    const edits = [...inside.filter((cut) => !within(cut)), ...gone];
    const { opened, closing } = tagOf(text, element);
    const left = applyEdits(text.slice(opened, closing), shifted(edits, opened));
    const rest = [...edits, ...children.filter(({ kept }) => kept).flatMap((child) => child.edits)];
    if (left.trim() !== '') return { kept: true, edits: rest };
    if (this.#made.has(element)) return { kept: false, edits: [] };
    return { kept: true, edits: this.#closed(element) ?? rest };
  }

  #cutOf(element: XmlElement): Edit {
    const inline = this.#made.get(element)?.inline ?? false;
    return { start: inline ? element.start : leadOf(this.#document.text, element.start), end: element.end, text: '' };
  }

  /** An element that was empty becomes empty again, in the form that it had. */
  #closed(element: XmlElement): readonly Edit[] | undefined {
    const around = this.#around.get(element)?.around;
    if (!around || around.kind === 'open') return undefined;
    const { opened, closing } = tagOf(this.#document.text, element);
    if (around.kind === 'empty') return [{ start: opened, end: closing, text: '' }];
    return [{ start: opened - 1, end: element.end, text: `${around.blank}/>` }];
  }
}

function shifted(edits: readonly Edit[], by: number): readonly Edit[] {
  return edits.map(({ start, end, text }) => ({ start: start - by, end: end - by, text }));
}
