import { XmlError } from '@stopgap/xml';

/** How the characters of a file stand in bytes. `bytes`: one character a byte, for encodings that contain ASCII. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'bytes';

/** A file as text, with all that is needed to write it back byte for byte. */
export interface SourceText {
  /** Without byte order mark. */
  readonly text: string;
  readonly encoding: Encoding;
  readonly mark: boolean;
}

const start = { line: 1, column: 1 };

/**
 * Bytes to text as XML 1.0 appendix F detects it. A declared encoding that contains ASCII (ISO 8859, Windows code pages,
 * GBK, Shift_JIS, …) is read one character a byte: markup is ASCII there, and all else goes back as it came. Throws `XmlError`.
 */
export function decodeSource(bytes: Uint8Array): SourceText {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return decoded(bytes.subarray(2), 'utf-16le', true);
  if (first === 0xfe && second === 0xff) return decoded(bytes.subarray(2), 'utf-16be', true);
  if (first === 0xef && second === 0xbb && third === 0xbf) return decoded(bytes.subarray(3), 'utf-8', true);
  if (first === 0x3c && second === 0) return decoded(bytes, 'utf-16le', false);
  if (first === 0 && second === 0x3c) return decoded(bytes, 'utf-16be', false);
  const declared = declaredEncoding(Buffer.from(bytes.subarray(0, 400)).toString('latin1'));
  if (declared === undefined || ['utf-8', 'utf8', 'us-ascii', 'ascii'].includes(declared)) {
    return decoded(bytes, 'utf-8', false);
  }
  if (declared.startsWith('utf-16') || declared.startsWith('ucs') || !containsAscii(declared)) {
    throw new XmlError('encoding', `declares ${declared} but is not; save the file as UTF-8`, start);
  }
  return { text: Buffer.from(bytes).toString('latin1'), encoding: 'bytes', mark: false };
}

function declaredEncoding(head: string): string | undefined {
  return /^<\?xml[^>]{0,300}?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1]?.toLowerCase();
}

/** In all of these a byte below 0x40 is the ASCII character, wherever it stands. */
function containsAscii(name: string): boolean {
  return /^(iso-8859-\d+|windows-\d+|cp\d+|ibm\d+|koi8-[ru]|gb2312|gbk|gb18030|big5|shift_jis|euc-(jp|kr)|ks_c_5601-1987)$/.test(
    name,
  );
}

function decoded(bytes: Uint8Array, encoding: Exclude<Encoding, 'bytes'>, mark: boolean): SourceText {
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.startsWith('\ufeff')) return { text, encoding, mark };
  } catch (error) {
    const message = `the bytes are not valid ${encoding.toUpperCase()}; save the file as UTF-8`;
    throw new XmlError('encoding', message, start, error);
  }
  throw new XmlError('not-well-formed', 'there are two byte order marks; take one out', start);
}

/** The bytes of `text` in the encoding of `like`; exactly the bytes that were read where the text is the same. */
export function encodeSource(text: string, like: SourceText): Buffer {
  const whole = like.mark ? `\ufeff${text}` : text;
  if (like.encoding === 'bytes') return Buffer.from(whole, 'latin1');
  if (like.encoding === 'utf-8') return Buffer.from(whole, 'utf8');
  const little = Buffer.from(whole, 'utf16le');
  return like.encoding === 'utf-16be' ? little.swap16() : little;
}
