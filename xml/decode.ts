import { XmlError } from './errors.ts';

const start = { line: 1, column: 1 };

/**
 * Bytes to text as XML 1.0 appendix F detects it: UTF-8 with or without BOM, UTF-16 with BOM. Anything else that the
 * declaration may name is refused (`encoding`), and so are bytes that are not valid in their encoding.
 */
export function decodeXml(bytes: Uint8Array): string {
  const label =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  let text: string;
  try {
    text = new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new XmlError(
      'encoding',
      `the bytes are not valid ${label.toUpperCase()}; save the file as UTF-8`,
      start,
      error,
    );
  }
  const declared = /^<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(text)?.[1]?.toLowerCase();
  const family = label.startsWith('utf-16') ? 'utf-16' : 'utf-8';
  if (declared && declared !== family && !(family === 'utf-8' && declared === 'us-ascii') && declared !== label) {
    throw new XmlError('encoding', `declares ${declared} but is ${family}; save the file as UTF-8`, start);
  }
  return text;
}
