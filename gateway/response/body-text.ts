import { isUtf8 } from 'node:buffer';

/** The bytes of one response as text that rules can look at, and back. What no rule touches comes out byte for byte as it came. */
export interface BodyText {
  /** The text of the next bytes; a character that is not whole yet waits for the rest of it. */
  decode(piece: Buffer): string;
  /** The body is over: what was still waiting. */
  flush(): string;
  encode(text: string): Buffer;
}

/** Types whose text is UTF-8 unless they say otherwise. */
const textual = /^\s*(?:text\/|[^;]*(?:xml|json|javascript|html))/i;
const charsetParameter = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

/**
 * How the body of a response with this Content-Type reads. Character sets that write ASCII as ASCII, and bytes that are no text at all, are
 * read a character a byte. `undefined`: a character set in which a rule would find nothing (UTF-16, UTF-32, UTF-7, EBCDIC).
 */
export function bodyText(contentType: string): BodyText | undefined {
  const charset = charsetParameter.exec(contentType)?.[1]?.toLowerCase();
  if (charset === undefined) return textual.test(contentType) || contentType === '' ? new Utf8Text() : byteText;
  if (charset === 'utf-8' || charset === 'utf8') return new Utf8Text();
  return /^(?:utf-?(?:16|32|7)|ucs|unicode|ibm|cp037|ebcdic)/.test(charset) ? undefined : byteText;
}

const byteText: BodyText = {
  decode: (piece) => piece.toString('latin1'),
  flush: () => '',
  encode: (text) => (/[\u0100-\uffff]/.test(text) ? encodeMixed(text) : Buffer.from(text, 'latin1')),
};

/** A byte a character, but for characters beyond, which only a rule's own text can hold: those in UTF-8. */
function encodeMixed(text: string): Buffer {
  const parts = text.split(/([\u0100-\uffff]+)/);
  return Buffer.concat(parts.map((part, n) => Buffer.from(part, n % 2 === 0 ? 'latin1' : 'utf8')));
}

/** Bytes that are not UTF-8 become lone surrogates, U+DC00 and the byte, and themselves again on the way out. */
const escapedBytes = 0xdc00;

class Utf8Text implements BodyText {
  #waiting: Buffer = Buffer.alloc(0);

  decode(piece: Buffer): string {
    const all = this.#waiting.length === 0 ? piece : Buffer.concat([this.#waiting, piece]);
    const whole = all.length - unfinished(all);
    this.#waiting = Buffer.from(all.subarray(whole));
    return textOf(all.subarray(0, whole));
  }

  flush(): string {
    const rest = textOf(this.#waiting);
    this.#waiting = Buffer.alloc(0);
    return rest;
  }

  encode(text: string): Buffer {
    const parts = text.split(/([\udc80-\udcff]+)/u);
    if (parts.length === 1) return Buffer.from(text, 'utf8');
    return Buffer.concat(
      parts.map((part, n) =>
        n % 2 === 0 ? Buffer.from(part, 'utf8') : Buffer.from(part, 'utf16le').filter(isLowByte),
      ),
    );
  }
}

const isLowByte = (_byte: number, at: number): boolean => at % 2 === 0;

/** Length of a character's beginning at the end of the bytes, 0 to 3. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return lengthFrom(byte) > back ? back : 0;
  }
  return 0;
}

const lengthFrom = (lead: number): number => (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2);

function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const end = endOfAscii(bytes, at);
    text += bytes.toString('latin1', at, end);
    at = end;
    if (at >= bytes.length) break;
    const lead = bytes[at] ?? 0;
    const character = bytes.subarray(at, at + lengthFrom(lead));
    const good = lead >= 0xc2 && isUtf8(character);
    text += good ? character.toString('utf8') : String.fromCharCode(escapedBytes + lead);
    at += good ? character.length : 1;
  }
  return text;
}

function endOfAscii(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] ?? 0) < 0x80) at++;
  return at;
}
