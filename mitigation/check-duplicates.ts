import type { XmlElement } from '@stopgap/xml';
import type { Findings } from './findings.ts';

/** Notes every element whose key an earlier one has. Blanks count as the schema's tokens have them: `a  b` is `a b`. */
export function refuseDuplicates(
  elements: readonly XmlElement[],
  keyOf: (element: XmlElement) => string,
  say: string,
  findings: Findings,
): void {
  const seen = new Set<string>();
  for (const element of elements) {
    const key = collapsed(keyOf(element));
    if (seen.has(key)) findings.add('duplicate', `<${element.name}> ${JSON.stringify(key)} ${say}`, element);
    seen.add(key);
  }
}

/** XML Schema part 2, section 4.3.6, `collapse`. */
function collapsed(text: string): string {
  return text.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
}
