import type { Position, XmlElement } from '@stopgap/xml';
import type { MitigationFinding } from './errors.ts';
import type { XsdComplaint } from './xsd-validation.ts';

/** libxml2 gives a path and a line, never a column: the place comes from the positioned tree. */
export function locate(complaint: XsdComplaint, root: XmlElement): MitigationFinding {
  const element = elementAt(root, complaint.xpath) ?? firstOnLine(root, complaint.line) ?? root;
  const attribute = /^Element '[^']*', attribute '([^']+)'/.exec(complaint.message)?.[1];
  const position: Position = (attribute && element.attributes.get(attribute)?.position) || element.position;
  const message = `the schema (mitigation.xsd) refuses this: ${cut(complaint.message)}`;
  return { code: 'schema-violation', message, position };
}

/** The element at a path of names with optional indices, e.g. `/mitigation/evidence/request[2]`. */
export function elementAt(root: XmlElement, xpath: string): XmlElement | undefined {
  const steps = [...xpath.matchAll(/\/([^/[\]]+)(?:\[([0-9]+)\])?/g)];
  const [first, ...rest] = steps;
  if (!first || first[1] !== root.name) return undefined;
  let element: XmlElement | undefined = root;
  for (const [, name, index] of rest) {
    element = element?.elements.filter((child) => child.name === name)[Number(index ?? '1') - 1];
  }
  return element;
}

function firstOnLine(element: XmlElement, line: number): XmlElement | undefined {
  if (element.position.line === line) return element;
  for (const child of element.elements) {
    const found = firstOnLine(child, line);
    if (found) return found;
  }
  return undefined;
}

/** The validator repeats values of any length. */
function cut(message: string): string {
  return message.length > 400 ? `${message.slice(0, 400)}…` : message;
}
