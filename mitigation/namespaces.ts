import type { XmlElement } from '@stopgap/xml';
import type { Findings } from './findings.ts';

/**
 * A mitigation has no namespaces. Refused before the XSD validator sees the text: `xsi:schemaLocation` would tell it to
 * fetch another schema.
 */
export function refuseNamespaces(element: XmlElement, findings: Findings): void {
  if (element.name.includes(':')) {
    findings.add('namespace', `<${element.name}> has a prefix; mitigations have no namespaces`, element);
  }
  for (const { name, position } of element.attributes.values()) {
    if (name === 'xmlns' || name.includes(':')) {
      const message = `${name} of <${element.name}>: mitigations have no namespaces; take it out (editors find the schema by an xml-model instruction)`;
      findings.add('namespace', message, element, position);
    }
  }
  for (const child of element.elements) refuseNamespaces(child, findings);
}
