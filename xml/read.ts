import * as parser from '@rgrove/parse-xml';
import { decodeXml } from './decode.ts';
import type { XmlAttribute, XmlElement } from './element.ts';
import { type Position, XmlError } from './errors.ts';
import { type PlainLines, plainLines } from './line-ends.ts';
import { lineIndex } from './lines.ts';

/** Caps on untrusted XML. */
export interface XmlLimits {
  /** Bytes of the whole text. */
  readonly bytes: number;
  /** Elements inside one another. */
  readonly depth: number;
  /** Elements in all. */
  readonly elements: number;
}

export const defaultXmlLimits: XmlLimits = { bytes: 1024 * 1024, depth: 32, elements: 20_000 };

const longestInstruction = 256;

/** XML 1.0, production 23. The library takes a `standalone` without a value too. */
const declaration = (() => {
  const [blanks, equals] = ['[ \\t\\r\\n]', '[ \\t\\r\\n]*=[ \\t\\r\\n]*'];
  const pseudo = (name: string, value: string) => `${blanks}+${name}${equals}(?:"${value}"|'${value}')`;
  const optional = `(?:${pseudo('encoding', '[A-Za-z][\\w.-]*')})?(?:${pseudo('standalone', '(?:yes|no)')})?`;
  return new RegExp(`^<\\?xml${pseudo('version', '1\\.\\d{1,4}')}${optional}${blanks}*\\?>`);
})();

/**
 * Reads a whole XML 1.0 document: well-formed, no DTD (so no entities but the five), within `limits`.
 * Throws `XmlError` with the line and column of what is wrong.
 */
export function readXml(input: string | Uint8Array, limits: XmlLimits = defaultXmlLimits): XmlElement {
  const size = typeof input === 'string' ? Buffer.byteLength(input) : input.byteLength;
  if (size > limits.bytes) {
    throw new XmlError('too-large', `${size} bytes; at most ${limits.bytes} are read`, { line: 1, column: 1 });
  }
  const text = typeof input === 'string' ? input.replace(/^\ufeff/, '') : decodeXml(input);
  const lines = lineIndex(text);
  const plain = plainLines(text);
  const document = parse(plain, lines, limits);
  const { root } = document;
  for (const node of document.children) checkInstruction(node);
  if (!root) throw new XmlError('not-well-formed', 'there is no root element', { line: 1, column: 1 });
  let count = 0;

  function convert(node: parser.XmlElement, depth: number): XmlElement {
    const start = plain.originalOf(node.start);
    const end = plain.originalOf(node.end);
    const position = lines(start);
    if (depth > limits.depth) {
      throw new XmlError('too-deep', `elements are nested more than ${limits.depth} deep`, position);
    }
    if (++count > limits.elements) {
      throw new XmlError('too-many-nodes', `more than ${limits.elements} elements`, position);
    }
    const elements: XmlElement[] = [];
    let textInside = '';
    for (const child of node.children) {
      if (child instanceof parser.XmlElement) elements.push(convert(child, depth + 1));
      else if (child instanceof parser.XmlText) textInside += child.text;
      else checkInstruction(child);
    }
    const attributes = attributesOf(node, start, text, lines);
    return { name: node.name, attributes, elements, text: textInside, position, start, end };
  }

  /** Other readers of the same text refuse targets with a colon (Namespaces in XML 1.0, section 7) and very long ones. */
  function checkInstruction(node: parser.XmlNode): void {
    if (!(node instanceof parser.XmlProcessingInstruction)) return;
    const { name, start } = node;
    if (name.length <= longestInstruction && !name.includes(':')) return;
    const what = name.includes(':') ? 'has a colon in its name' : `has a name of ${name.length} characters`;
    const position = lines(plain.originalOf(start));
    throw new XmlError('not-well-formed', `the instruction <?${name.slice(0, 40)} ${what}`, position);
  }
  return convert(root, 1);
}

function parse(plain: PlainLines, lines: (offset: number) => Position, limits: XmlLimits): parser.XmlDocument {
  const { text } = plain;
  const place = (offset: number) => lines(plain.originalOf(offset));
  if (/^<\?xml[ \t\r\n?]/.test(text) && !declaration.test(text))
    throw new XmlError('not-well-formed', 'the XML declaration is not as XML has it', { line: 1, column: 1 });
  refuseDeepNesting(text, place, limits.depth);
  try {
    const document = parser.parseXml(text, { includeOffsets: true, preserveDocumentType: true, preserveCdata: true });
    const doctype = document.children.find((node) => node instanceof parser.XmlDocumentType);
    if (doctype) throw doctypeRefused(place(doctype.start));
    return document;
  } catch (error) {
    if (error instanceof XmlError) throw error;
    if (!(error instanceof parser.XmlError)) throw error;
    const doctypeAt = text.indexOf('<!DOCTYPE');
    if (doctypeAt >= 0 && doctypeAt <= error.pos) throw doctypeRefused(place(doctypeAt));
    const sentence = (error.message.split('\n')[0] ?? '').replace(/ \(line \d+, column \d+\)$/, '');
    throw new XmlError('not-well-formed', sentence, { line: error.line, column: error.column }, error);
  }
}

function doctypeRefused(position: Position): XmlError {
  return new XmlError('doctype', 'document type declarations are refused; take the DOCTYPE out', position);
}

/** What is passed over when tags are counted, by how it begins and ends. */
const passedOver = [
  { from: '<!--', to: '-->' },
  { from: '<![CDATA[', to: ']]>' },
  { from: '<?', to: '?>' },
] as const;

/**
 * The library parses by recursion: nesting is bounded here first, so that depth cannot overflow the stack. Every character is
 * looked at once or twice: what is opened and never closed ends the walk, as the parser gets no further than that either.
 */
function refuseDeepNesting(text: string, lines: (offset: number) => Position, limit: number): void {
  const startTag = /<(?=[^!?/])(?:[^<>"']|"[^"<]*"|'[^'<]*')*>/y;
  let depth = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    const passed = passedOver.find(({ from }) => text.startsWith(from, at));
    if (passed) {
      const end = text.indexOf(passed.to, at + passed.from.length);
      if (end < 0) return;
      at = end;
    } else if (text[at + 1] === '/') depth--;
    else {
      startTag.lastIndex = at;
      const tag = startTag.exec(text)?.[0];
      if (tag === undefined || tag.endsWith('/>')) continue;
      if (++depth > limit) throw new XmlError('too-deep', `elements are nested more than ${limit} deep`, lines(at));
    }
  }
}

/** Finds each attribute's place by scanning the start tag, which the parser has already found well-formed. */
function attributesOf(
  node: parser.XmlElement,
  start: number,
  text: string,
  lines: (offset: number) => Position,
): ReadonlyMap<string, XmlAttribute> {
  const attributes = new Map<string, XmlAttribute>();
  // Blanks of XML alone: \s takes more, such as U+FEFF, which a name may have.
  const name = /[ \t\r\n]+([^ \t\r\n=/>]+)[ \t\r\n]*=[ \t\r\n]*(?:"[^"]*"|'[^']*')/y;
  name.lastIndex = start + 1 + node.name.length;
  for (let match = name.exec(text); match; match = name.exec(text)) {
    const key = match[1] ?? '';
    const offset = match.index + match[0].indexOf(key);
    attributes.set(key, { name: key, value: node.attributes[key] ?? '', position: lines(offset) });
  }
  if (attributes.size !== Object.keys(node.attributes).length) {
    throw new XmlError('not-well-formed', `the attributes of <${node.name}> cannot be told apart`, lines(start));
  }
  return attributes;
}
