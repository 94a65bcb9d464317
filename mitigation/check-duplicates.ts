import type { XmlElement } from '@stopgap/xml';
import type { Findings } from './findings.ts';

/** Notes every element whose key an earlier one has. */
export function refuseDuplicates(
  elements: readonly XmlElement[],
  keyOf: (element: XmlElement) => string,
  say: string,
  findings: Findings,
): void {
  const seen = new Set<string>();
  for (const element of elements) {
    const key = keyOf(element);
    if (seen.has(key)) findings.add('duplicate', `<${element.name}> ${JSON.stringify(key)} ${say}`, element);
    seen.add(key);
  }
}
