export { decodeXml } from './decode.ts';
export type { XmlAttribute, XmlElement } from './element.ts';
export { type Position, XmlError, type XmlErrorCode } from './errors.ts';
export { lineIndex } from './lines.ts';
export { defaultXmlLimits, readXml, type XmlLimits } from './read.ts';
