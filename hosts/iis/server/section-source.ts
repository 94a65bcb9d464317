import path from 'node:path';
import type { XmlElement } from '@stopgap/xml';
import type { Drive } from '../drive/drive.ts';
import { IisConfigError } from '../errors.ts';
import type { Shelf } from './shelf.ts';

/** A section with the file that holds it. */
export interface HeldSection {
  readonly file: string;
  readonly element: XmlElement;
}

/**
 * Follows `configSource` of a section into the file that holds it; any other section is where it stands. Throws
 * `IisConfigError` when that file is missing, broken or another section.
 */
export function followSource(
  { drive, shelf }: { readonly drive: Drive; readonly shelf: Shelf },
  file: string,
  element: XmlElement,
): HeldSection {
  const source = element.attributes.get('configSource');
  if (!source) return { file, element };
  const held = source.value.split(/[\\/]+/).reduce((folder, name) => drive.inside(folder, name), path.dirname(file));
  const { base, state, problem } = shelf.get(held);
  if (problem) throw problem;
  const named = `configSource="${source.value}"`;
  if (!base) {
    const why = state ? 'is empty' : 'is not there';
    throw new IisConfigError('file-missing', file, source.position, `${named} ${why}; IIS refuses to start with that`);
  }
  if (base.root.name === element.name) return { file: held, element: base.root };
  const message = `expected <${element.name}>, as ${file} names it, found <${base.root.name}>`;
  throw new IisConfigError('not-configuration', held, base.root.position, message);
}
