import type { Position, XmlAttribute, XmlElement } from '@stopgap/xml';
import { RewriteError } from '../errors.ts';
import { readXmlOrRefuse } from '../parse/parse-rewrite.ts';

/** Gives a file that stands beside the configuration (a relative path with `/`), `undefined` where there is none. */
export type ReadBeside = (file: string) => string | Uint8Array | undefined;

/** A place in a file that `configSource` names. */
export interface PlaceBeside extends Position {
  /** As `configSource` names it. */
  readonly file: string;
}

/**
 * A `<rewrite>` whose sections may each stand in a file of their own (`configSource`, as IIS's configuration system has it): each such section is
 * replaced by the one that the file holds. Throws `RewriteError` where the file is missing or holds another element, or where the section says more.
 */
export function withSources(rewrite: XmlElement, readBeside: ReadBeside): XmlElement {
  const elements = rewrite.elements.map((section) => {
    const source = section.attributes.get('configSource');
    return source ? readSection(section, source, readBeside) : section;
  });
  return { ...rewrite, elements };
}

function readSection(section: XmlElement, source: XmlAttribute, readBeside: ReadBeside): XmlElement {
  const refuse = (code: 'invalid-value' | 'not-allowed-here', why: string): never => {
    throw new RewriteError(code, `configSource="${source.value}" on <${section.name}>: ${why}`, source.position);
  };
  if (section.attributes.size > 1 || section.elements.length > 0 || section.text.trim() !== '') {
    refuse('not-allowed-here', 'a section that is kept in another file may say nothing else here');
  }
  const file = source.value.replaceAll('\\', '/');
  if (file === '' || /^\/|:|(?:^|\/)\.\.(?:\/|$)/.test(file)) {
    refuse('invalid-value', 'the file has to stand in the folder of this one, or below');
  }
  const text = readBeside(file);
  if (text === undefined) return refuse('invalid-value', 'there is no such file beside this one');
  const root = placed(readInto(text, file), file);
  if (root.name !== section.name) {
    const message = `${file}, which <${section.name}> names as its configSource, holds <${root.name}>; it has to hold <${section.name}>`;
    throw new RewriteError('unknown-element', message, root.position);
  }
  return root;
}

function readInto(text: string | Uint8Array, file: string): XmlElement {
  try {
    return readXmlOrRefuse(text);
  } catch (error) {
    if (!(error instanceof RewriteError)) throw error;
    const place: PlaceBeside = { ...error.position, file };
    throw new RewriteError(error.code, error.message, place, error);
  }
}

/** The same element, its places those of the file. */
function placed(element: XmlElement, file: string): XmlElement {
  const at = (position: Position): PlaceBeside => ({ ...position, file });
  const attributes = [...element.attributes].map(
    ([name, one]) => [name, { ...one, position: at(one.position) }] as const,
  );
  return {
    ...element,
    attributes: new Map(attributes),
    elements: element.elements.map((child) => placed(child, file)),
    position: at(element.position),
  };
}

/** The file of a place that `withSources` brought in; `undefined` for one in the configuration itself. */
export function fileOf(position: Position): string | undefined {
  return 'file' in position && typeof position.file === 'string' ? position.file : undefined;
}
