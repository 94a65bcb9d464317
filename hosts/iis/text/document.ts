import { readXml, type XmlElement } from '@stopgap/xml';
import { notXml } from '../errors.ts';
import { xmlLimits } from '../limits.ts';
import { decodeSource, type SourceText } from './source-text.ts';

/** A text with the elements that were read from it. */
export interface Document {
  readonly text: string;
  readonly root: XmlElement;
}

/** A configuration file as read. */
export interface SourceDocument extends Document {
  readonly source: SourceText;
}

/** Reads a text. Throws `IisConfigError` `not-xml` with file, line and column. */
export function readText(text: string, file: string): Document {
  try {
    return { text, root: readXml(text, xmlLimits) };
  } catch (error) {
    throw notXml(file, error);
  }
}

/** Reads a file's bytes. Throws `IisConfigError` `not-xml` with file, line and column. */
export function readBytes(bytes: Uint8Array, file: string): SourceDocument {
  return readSource(sourceOf(bytes, file), file);
}

function readSource(source: SourceText, file: string): SourceDocument {
  return { source, ...readText(source.text, file) };
}

function sourceOf(bytes: Uint8Array, file: string): SourceText {
  try {
    return decodeSource(bytes);
  } catch (error) {
    throw notXml(file, error);
  }
}
