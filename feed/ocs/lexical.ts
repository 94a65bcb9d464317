import { decodeXml, XmlError } from '@stopgap/xml';
import { OcsError } from './errors.ts';
import { ocsLimits } from './limits.ts';

/*
 * The one way in which an OCS-style document may be written. It is a small part of XML, in which two readers cannot come
 * to different views: tags with plain names and single spaces, text with the usual five references, and nothing else.
 * No comments, processing instructions, CDATA, DTD, prefixes, single quotes, white space inside tags or attribute values
 * other than the space, and one kind of line end. What canonical XML would level out has one spelling here, so that a
 * changed byte is a refused document.
 */
// Names that begin with `xml` are XML's own (XML 1.0, section 2.3), and some readers take all with `xmlns` for declarations.
const name = '(?![Xx][Mm][Ll])[A-Za-z_][A-Za-z0-9_.-]{0,63}';
const reference = '&(?:amp|lt|gt|quot|apos|#x9|#xA|#xD);';
const attribute = ` (?:xmlns|${name})="(?:[^<&"\\t\\r\\n]|${reference}){0,8192}"`;
const startTag = new RegExp(`<${name}(?:${attribute}){0,32}( ?/)?>`, 'y');
const endTag = new RegExp(`</${name}>`, 'y');
const text = new RegExp(`[^<&]+|${reference}`, 'y');
const declaration = /^<\?xml version="1\.0" encoding="(?:utf-8|UTF-8)"(?: standalone="(?:yes|no)")?\?>/;
// Control characters, and those that make a terminal show something else than what is there.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/;

/** The text of a document written so, line ends as line feeds. Throws `OcsError` `too-large` or `not-plain`. */
export function readPlainText(bytes: Uint8Array): string {
  if (bytes.byteLength > ocsLimits.documentBytes) {
    throw new OcsError('too-large', `${bytes.byteLength} bytes; at most ${ocsLimits.documentBytes} are read`);
  }
  const whole = unifyLineEnds(decode(bytes));
  const bad = forbidden.exec(whole);
  if (bad) throw notPlain(whole, bad.index, 'a character that has no place here');
  const start = declaration.exec(whole)?.[0].length ?? 0;
  checkTokens(whole, start);
  return whole;
}

function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff || bytes[0] === 0xfe) throw new OcsError('not-plain', 'it is not UTF-8');
  try {
    return decodeXml(bytes);
  } catch (error) {
    if (error instanceof XmlError) throw new OcsError('not-plain', error.message, error);
    throw error;
  }
}

/** XML reads CRLF as LF (XML 1.0, section 2.11); a mixture would be a change that the signature does not show. */
function unifyLineEnds(whole: string): string {
  const pairs = whole.split('\r\n').length - 1;
  const returns = whole.split('\r').length - 1;
  const feeds = whole.split('\n').length - 1;
  if (returns !== pairs || (pairs > 0 && feeds !== pairs)) {
    throw new OcsError('not-plain', 'line ends differ from line to line; it was changed on the way');
  }
  return whole.replaceAll('\r\n', '\n');
}

function checkTokens(whole: string, start: number): void {
  const empties = new Set<string>();
  let depth = 0;
  for (let at = start; at < whole.length; ) {
    const token = whole[at] !== '<' ? text : whole[at + 1] === '/' ? endTag : startTag;
    token.lastIndex = at;
    const match = token.exec(whole);
    if (!match) throw notPlain(whole, at, excerpt(whole, at));
    if (token === startTag) {
      if (match[1] === undefined) depth += 1;
      else empties.add(match[1]);
    } else if (token === endTag) depth -= 1;
    else if (depth === 0 && (match[0] !== '\n' || whole[at - 1] !== '>'))
      throw notPlain(whole, at, 'text outside of the root element');
    if (depth > ocsLimits.depth) throw notPlain(whole, at, `elements more than ${ocsLimits.depth} deep`);
    at = token.lastIndex;
  }
  if (empties.size > 1)
    throw new OcsError('not-plain', 'empty elements end in two ways (" />" and "/>"); it was changed');
}

function notPlain(whole: string, at: number, found: string): OcsError {
  const line = whole.slice(0, at).split('\n').length;
  const message = `line ${line}: ${found}; only plain tags and text are read (docs/ocs-feeds.md says how it must be written)`;
  return new OcsError('not-plain', message);
}

function excerpt(whole: string, at: number): string {
  return JSON.stringify(whole.slice(at, at + 24));
}
