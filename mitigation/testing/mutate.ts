import { readXml, type XmlElement } from '@stopgap/xml';

/** Values at and beyond the edges of every form in the schema. */
export const awkward: readonly string[] = [
  '',
  ' ',
  '\t',
  '\n',
  'a b',
  'é',
  '-1',
  '0',
  '1',
  '01',
  '+1',
  '9999999999',
  'true',
  'TRUE',
  'none',
  'None',
  'high',
  'edge',
  'Edge',
  '../x',
  '/',
  '/x',
  '/x/',
  '//',
  '/x y',
  '/\u{1f600}',
  'https://',
  'https://a',
  'https://a/b c',
  'http://a',
  'https://a@b/',
  'CVE-2024-1234',
  'cve-2024-1234',
  '2024-01-01T00:00:00Z',
  ' 2024-01-01T00:00:00Z ',
  '2024-02-30T00:00:00Z',
  '2024-01-01T00:00:00+00:00',
  '2024-01-01T24:00:00Z',
  '2024-06-30T23:59:60Z',
  '0000-01-01T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '1970-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2024-01-01',
  'a'.repeat(33),
  'a'.repeat(65),
  'a'.repeat(121),
  'a'.repeat(501),
  'a'.repeat(4001),
  `/${'a'.repeat(8192)}`,
  '\u{1f600}'.repeat(120),
  'a\tb',
  'a\nb',
  ' a ',
  '~',
  'x|y',
  '"',
  "'",
  '$',
  '^',
  ']',
  '[',
  '\\',
  '-',
  '.',
  '&',
  '<',
  'a<b',
  '\u0085',
  '\u009b',
  '\u2028',
  '\u202e',
  '\u2069',
  '1.2',
  '1:1.2-3~4',
  'KB5000871',
  'GET',
  'M-SEARCH',
  'a:b',
  'debian',
  'dotted',
  'refused',
  'passes',
  'remove',
  'keep',
  '()',
  'a(b) c',
];

/** One change to a document: which kind, where (both taken modulo what there is), and with which value. */
export interface Mutation {
  readonly kind: number;
  readonly at: number;
  readonly value: number;
}

/** Makes the change, anywhere below the root; the result is well-formed. */
export function mutate(text: string, { kind, at, value }: Mutation): string {
  const all = flatten(readXml(text));
  const element = pick(all.slice(1), at);
  const word = pick(awkward, value);
  const changes = [
    () => cut(text, element.start, element.end, ''),
    () => cut(text, element.end, element.end, text.slice(element.start, element.end)),
    () => moveToFront(text, element),
    () => rename(text, element, pick(all, value).name),
    () => rename(text, element, 'strange'),
    () => withAttributes(text, element, (attributes) => attributes.filter((_, i) => i !== value % attributes.length)),
    () =>
      withAttributes(text, element, (attributes) => [
        ['strange', word],
        ...attributes.filter(([name]) => name !== 'strange'),
      ]),
    () => withAttributes(text, element, (attributes) => replaceOne(attributes, at + value, word)),
    () => withAttributes(text, element, (attributes) => replaceOne(attributes, value, word)),
    () => withContent(text, element, (content) => content + escapeXml(word)),
    () => withContent(text, element, (content) => (content.includes('<') ? content : escapeXml(word))),
    () => withContent(text, element, (content) => content + text.slice(pick(all, value).start, pick(all, value).end)),
  ];
  return pick(changes, kind)();
}

/** How many kinds of change there are. */
export const mutationKinds = 12;

type Attributes = readonly (readonly [name: string, value: string])[];

function flatten(element: XmlElement): readonly XmlElement[] {
  return [element, ...element.elements.flatMap(flatten)];
}

function pick<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

function cut(text: string, start: number, end: number, instead: string): string {
  return text.slice(0, start) + instead + text.slice(end);
}

function moveToFront(text: string, element: XmlElement): string {
  const parent = flatten(readXml(text)).find((candidate) => candidate.elements.some((e) => e.start === element.start));
  const first = parent?.elements[0];
  if (!first) return text;
  const piece = text.slice(element.start, element.end);
  return cut(cut(text, element.start, element.end, ''), first.start, first.start, piece);
}

/** The element's tags and what is between them, as written. */
function parts(text: string, element: XmlElement) {
  const whole = text.slice(element.start, element.end);
  const open = /^<[^\s/>]+(?:[^>"']|"[^"]*"|'[^']*')*>/.exec(whole)?.[0] ?? whole;
  const content = open.endsWith('/>') ? '' : whole.slice(open.length, whole.lastIndexOf('</'));
  const attributes: Attributes = [...element.attributes.values()].map(({ name, value }) => [name, value]);
  return { attributes, content };
}

function write(text: string, element: XmlElement, name: string, attributes: Attributes, content: string): string {
  const list = attributes.map(([key, value]) => ` ${key}="${escapeXml(value)}"`).join('');
  return cut(text, element.start, element.end, `<${name}${list}>${content}</${name}>`);
}

function rename(text: string, element: XmlElement, name: string): string {
  const { attributes, content } = parts(text, element);
  return write(text, element, name, attributes, content);
}

function withAttributes(text: string, element: XmlElement, change: (attributes: Attributes) => Attributes): string {
  const { attributes, content } = parts(text, element);
  return write(text, element, element.name, change(attributes), content);
}

function withContent(text: string, element: XmlElement, change: (content: string) => string): string {
  const { attributes, content } = parts(text, element);
  return write(text, element, element.name, attributes, change(content));
}

function replaceOne(attributes: Attributes, index: number, value: string): Attributes {
  return attributes.map(([name, old], i) => [name, i === index % attributes.length ? value : old]);
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"\t\n\r]/g, (c) => `&#${c.charCodeAt(0)};`);
}
