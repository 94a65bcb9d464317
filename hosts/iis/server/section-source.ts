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
 * `IisConfigError` when that file is missing, broken or another section, or not in or below the folder of this one, as IIS has it
 * (the documentation of `SectionInformation.ConfigSource`): what a file in an image says must not lead out of it.
 */
export function followSource(
  { drive, shelf }: { readonly drive: Drive; readonly shelf: Shelf },
  file: string,
  element: XmlElement,
): HeldSection {
  const source = element.attributes.get('configSource');
  if (!source) return { file, element };
  const named = `configSource="${source.value}"`;
  const names = source.value.split(/[\\/]+/);
  if (names.some((name) => name === '' || name === '..' || name.includes(':'))) {
    const why = `${named} has to name a file in or below this folder; IIS refuses to start with that`;
    throw new IisConfigError('path-elsewhere', file, source.position, why);
  }
  const held = names.reduce((folder, name) => drive.inside(folder, name), path.dirname(file));
  const { base, state, problem } = shelf.get(held);
  if (problem) throw problem;
  if (!base) {
    const why = state ? 'is empty' : 'is not there';
    throw new IisConfigError('file-missing', file, source.position, `${named} ${why}; IIS refuses to start with that`);
  }
  if (base.root.name === element.name) return { file: held, element: base.root };
  const message = `expected <${element.name}>, as ${file} names it, found <${base.root.name}>`;
  throw new IisConfigError('not-configuration', held, base.root.position, message);
}
