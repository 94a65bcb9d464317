import type { Position } from './errors.ts';

/** An attribute as written, with the place of its name. */
export interface XmlAttribute {
  readonly name: string;
  /** References resolved, white space normalised as XML says. */
  readonly value: string;
  readonly position: Position;
}

/** An element with the place of its `<`. Comments and processing instructions are not kept. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, XmlAttribute>;
  readonly elements: readonly XmlElement[];
  /** Text directly inside this element, CDATA included, joined. */
  readonly text: string;
  readonly position: Position;
  /** Where the element stands in the text that was read: offsets in UTF-16 code units, end exclusive. */
  readonly start: number;
  readonly end: number;
}
