/** Which action of which mitigation. */
export interface Owner {
  readonly mitigation: string;
  readonly revision: number;
  readonly index: number;
}

/** How the place looked before we came, so that it can look so again. */
export interface Origin {
  /** How many of the elements around it are ours too. */
  readonly made: number;
  /** The innermost element that was there: `closed` with the blanks before its `/>`, `empty` with nothing between its tags. */
  readonly around:
    | { readonly kind: 'open' }
    | { readonly kind: 'empty' }
    | { readonly kind: 'closed'; readonly blank: string };
  /** The file is one line, so ours is put in without line breaks. */
  readonly inline: boolean;
  /** The whole file is ours. */
  readonly file: boolean;
}

/** An attribute that we set on an element of somebody else's: its value before as it stood between the quotes; `undefined`: it had none. */
export type FormerValue = readonly [attribute: string, value: string | undefined];

/** The comment in front of each element that we put in, or of which we set attributes: whose it is, and how it was before. */
export interface Marker {
  readonly owner: Owner;
  /** `name` of the element that follows. */
  readonly name: string;
  readonly origin: Origin;
  /** The element was there, and all we did is to set these; absent: the element is ours. */
  readonly former?: readonly FormerValue[];
}

const pattern =
  /^ Stopgap (\S+) revision (\d{1,9}) action (\d{1,9}): "([^"]*)" \(temporary((?:; [a-z]+(?: [^;)]*)?)*)\) $/;

/** The marker as a comment, in a form that no parser of comments stumbles over. */
export function formatMarker({ owner, name, origin, former }: Marker): string {
  const details = [
    ...(former ?? []).map(([attribute, value]) => `was ${attribute}${value === undefined ? '' : `=${enclose(value)}`}`),
    ...(origin.made > 0 ? [`made ${origin.made}`] : []),
    ...(origin.around.kind === 'empty' ? ['empty'] : []),
    ...(origin.around.kind === 'closed' ? [`closed ${Buffer.from(origin.around.blank).toString('hex')}`] : []),
    ...(origin.inline ? ['inline'] : []),
    ...(origin.file ? ['file'] : []),
  ].map((detail) => `; ${detail}`);
  const { mitigation, revision, index } = owner;
  return `<!-- Stopgap ${enclose(mitigation)} revision ${revision} action ${index}: "${enclose(name)}" (temporary${details.join('')}) -->`;
}

/** Reads the inside of a comment; `undefined`: not one of ours. */
export function parseMarker(inside: string): Marker | undefined {
  const match = pattern.exec(inside);
  if (!match) return undefined;
  const all = (match[5] ?? '').split('; ').slice(1).map(splitDetail);
  const details = new Map(all);
  const former = all.flatMap(([kind, text]) => (kind === 'was' ? [formerValue(text)] : []));
  const closed = details.get('closed');
  return {
    owner: { mitigation: disclose(match[1] ?? ''), revision: Number(match[2]), index: Number(match[3]) },
    name: disclose(match[4] ?? ''),
    ...(former.length > 0 ? { former } : {}),
    origin: {
      made: Math.min(Number(details.get('made') ?? 0) || 0, 8),
      around:
        closed === undefined
          ? { kind: details.has('empty') ? 'empty' : 'open' }
          : { kind: 'closed', blank: Buffer.from(closed, 'hex').toString() },
      inline: details.has('inline'),
      file: details.has('file'),
    },
  };
}

function splitDetail(detail: string): readonly [string, string] {
  const blank = detail.indexOf(' ');
  return blank < 0 ? [detail, ''] : [detail.slice(0, blank), detail.slice(blank + 1)];
}

function formerValue(text: string): FormerValue {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), disclose(text.slice(equals + 1))];
}

/** Whether a text may hold a marker; far cheaper than to read it. */
export function mayHoldMarker(text: string): boolean {
  return text.includes('<!-- Stopgap ');
}

/** Ids of the mitigations whose markers are in a text, even one that is not XML. */
export function markedFor(text: string): readonly string[] {
  if (!mayHoldMarker(text)) return [];
  return [...new Set([...text.matchAll(/<!-- Stopgap (\S+) revision /g)].map(([, id]) => disclose(id ?? '')))];
}

/** Two hyphens end a comment, quotes end the name; those and whatever is not plain ASCII are percent-encoded. */
function enclose(text: string): string {
  return text.replace(/(?<=-)-|-$|["%;()]|[^ -~]/gu, (c) =>
    [...Buffer.from(c)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

function disclose(text: string): string {
  const bytes = text.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
