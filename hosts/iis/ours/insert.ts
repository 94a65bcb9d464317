import type { XmlElement } from '@stopgap/xml';
import type { Document } from '../text/document.ts';
import { applyEdits, type Edit } from '../text/edits.ts';
import { breakNear, childIndent, indentAt, indentStep, leadOf } from '../text/layout.ts';
import { type Line, linesOf, openTag } from '../text/serialise.ts';
import { tagOf } from '../text/tags.ts';
import type { Addition } from './addition.ts';
import { formOf, type Growing, growthOf } from './grow.ts';
import { type FormerValue, formatMarker, type Origin } from './marker.ts';
import { sameName } from './place.ts';
import { offsetFor } from './spot.ts';

/** How the file is written, for all that goes into it. */
interface Writing {
  readonly text: string;
  readonly step: string;
  readonly inline: boolean;
  /** The whole file is ours. */
  readonly file: boolean;
}

/**
 * The text with additions in it, each after a comment that says whose it is; everything else as it was. `stripOurs`
 * takes exactly this out again. Pure.
 */
export function insertOurs(document: Document, additions: readonly Addition[], file = false): string {
  const { text, root } = document;
  const inline = breakNear(text, root.end) === '';
  const writing: Writing = { text, step: indentStep(text, root), inline, file };
  return applyEdits(text, editsIn(growthOf(document, additions), writing));
}

function editsIn(growing: Growing, writing: Writing): readonly Edit[] {
  const { element } = growing;
  if (!element) return [];
  const below = growing.children.flatMap((child) => editsIn(child, writing));
  const enabled = growing.additions.flatMap((one) => setting(element, one, writing));
  return [...below, ...fill(element, growing, writing), ...enabled];
}

/** All that goes into an element that is there. */
function fill(element: XmlElement, growing: Growing, writing: Writing): readonly Edit[] {
  const { text } = writing;
  const puts = growing.additions.filter((one) => one.kind === 'put');
  const made = growing.children.filter((child) => !child.element);
  if (puts.length === 0 && made.length === 0) return [];
  const form = formOf(text, element);
  const { blank, opened, closing } = tagOf(text, element);
  const origin = originOf(form, blank, writing);
  const pieces = [
    ...puts.map((one) => ({ at: offsetFor(text, element, one, puts), lines: itemLines(one, origin, 0, 0) })),
    ...made.map((child) => ({ at: offsetFor(text, element), lines: newLines(child, origin, 0, 1) })),
  ];
  if (form === 'open') {
    return pieces.map(({ at, lines }) => ({ start: at, end: at, text: laidOut(lines, element, at, writing) }));
  }
  const inside = pieces.map(({ lines }) => laidOut(lines, element, opened, writing)).join('');
  const last = writing.inline ? '' : breakNear(text, opened) + (indentAt(text, element.start) ?? '');
  if (form === 'empty') return [{ start: opened, end: closing, text: inside + last }];
  return [{ start: opened - blank.length - 2, end: opened, text: `>${inside}${last}</${element.name}>` }];
}

function originOf(form: ReturnType<typeof formOf>, blank: string, { inline, file }: Writing): Omit<Origin, 'made'> {
  return { around: form === 'closed' ? { kind: form, blank } : { kind: form }, inline, file };
}

/** An element that is not there yet, with all that goes into it. */
function newLines(growing: Growing, origin: Omit<Origin, 'made'>, depth: number, made: number): readonly Line[] {
  const tag = openTag(growing.name, growing.name === 'location' ? [{ name: 'path', value: growing.location }] : []);
  return [
    { depth, text: `<${tag}>` },
    ...growing.additions.flatMap((one) => itemLines(one, origin, depth + 1, made)),
    ...growing.children.flatMap((child) => newLines(child, origin, depth + 1, made + 1)),
    { depth, text: `</${growing.name}>` },
  ];
}

function itemLines(addition: Addition, origin: Omit<Origin, 'made'>, depth: number, made: number): readonly Line[] {
  if (addition.kind !== 'put') return [];
  const { owner, name, element, renewed } = addition;
  const counted = origin.file ? made + 1 : made;
  return [
    { depth, text: formatMarker({ owner, name, origin: { ...origin, made: counted } }) },
    ...(renewed ? [{ depth, text: `<${openTag('remove', [{ name: 'name', value: name }])} />` }] : []),
    ...linesOf(element, depth),
  ];
}

function laidOut(lines: readonly Line[], parent: XmlElement, at: number, { text, step, inline }: Writing): string {
  if (inline) return lines.map((line) => line.text).join('');
  const lead = breakNear(text, at) + childIndent(text, parent, step);
  return lines.map((line) => lead + step.repeat(line.depth) + line.text).join('');
}

/** Sets attributes of an element that is there: a comment in front of it, and those values that are others. */
function setting(list: XmlElement, addition: Addition, { text, inline }: Writing): readonly Edit[] {
  if (addition.kind !== 'set') return [];
  const { owner, name, values } = addition;
  const element = list.elements.find(
    (child) => child.name !== 'remove' && sameName(child.attributes.get('name')?.value ?? '', name),
  );
  if (!element) return [];
  const tag = tagOf(text, element);
  const former: FormerValue[] = [];
  const edits: Edit[] = [];
  for (const [attribute, value] of values) {
    const now = tag.values.get(attribute);
    if (now && text.slice(now.start, now.end) === value) continue;
    former.push([attribute, now && text.slice(now.start, now.end)]);
    const end = tag.attributesEnd;
    edits.push(now ? { ...now, text: value } : { start: end, end, text: ` ${attribute}="${value}"` });
  }
  if (former.length === 0) return [];
  const origin: Origin = { made: 0, around: { kind: 'open' }, inline, file: false };
  const marker = formatMarker({ owner, name, origin, former });
  const lead = leadOf(text, element.start);
  const blank = inline ? '' : text.slice(lead, element.start);
  return [{ start: lead, end: lead, text: blank + marker }, ...edits];
}
