import type { XmlElement } from '@stopgap/xml';
import type { Findings } from './findings.ts';
import type { Part, Shape } from './grammar.ts';

/** Compares an element and all inside it with its shape: names, order, counts, attributes, forms of values. */
export function checkStructure(element: XmlElement, shape: Shape, findings: Findings): void {
  checkAttributes(element, shape, findings);
  const { content } = shape;
  if (content.kind === 'foreign') return;
  if (content.kind === 'sequence') {
    refuseText(element, findings);
    checkSequence(element, content.parts, findings);
    return;
  }
  for (const child of element.elements) unknownElement(child, element, [], findings);
  if (content.kind === 'empty') {
    refuseContent(element, findings);
    return;
  }
  const problem = content.form.problem(element.text);
  if (problem) findings.add('invalid-value', `<${element.name}>: ${problem}`, element);
}

function checkAttributes(element: XmlElement, shape: Shape, findings: Findings): void {
  const known = new Map(Object.entries(shape.attributes));
  for (const attribute of element.attributes.values()) {
    const expected = known.get(attribute.name);
    if (!expected) {
      const others = known.size === 0 ? 'it has none' : `known are ${[...known.keys()].join(', ')}`;
      const message = `<${element.name}> has no attribute ${attribute.name}; ${others}`;
      findings.add('unknown-attribute', message, element, attribute.position);
      continue;
    }
    const problem = expected.form.problem(attribute.value);
    if (problem) {
      findings.add('invalid-value', `${attribute.name} of <${element.name}>: ${problem}`, element, attribute.position);
    }
  }
  for (const [name, { required }] of known) {
    if (required && !element.attributes.has(name)) {
      findings.add('missing-attribute', `<${element.name}> needs the attribute ${name}`, element);
    }
  }
}

function checkSequence(element: XmlElement, parts: readonly Part[], findings: Findings): void {
  const counts = parts.map(() => 0);
  let current = 0;
  for (const child of element.elements) {
    const index = parts.findIndex((part) => part.shapes.some((shape) => shape.name === child.name));
    const part = parts[index];
    const shape = part?.shapes.find((candidate) => candidate.name === child.name);
    if (!part || !shape) {
      unknownElement(child, element, namesOf(parts), findings);
      continue;
    }
    const count = (counts[index] ?? 0) + 1;
    counts[index] = count;
    if (index < current) {
      const before = namesOf(parts.slice(index + 1, current + 1)).join(', ');
      findings.add('misplaced-element', `<${child.name}> must stand before ${before} in <${element.name}>`, child);
    } else if (count === part.max + 1) {
      findings.add('misplaced-element', tooMany(child, element, part), child);
    }
    current = Math.max(current, index);
    checkStructure(child, shape, findings);
  }
  for (const [index, part] of parts.entries()) {
    if ((counts[index] ?? 0) < part.min) {
      const names = part.shapes.map((shape) => `<${shape.name}>`).join(' or ');
      findings.add('missing-element', `<${element.name}> needs ${names}`, element);
    }
  }
}

function tooMany(child: XmlElement, parent: XmlElement, part: Part): string {
  if (part.shapes.length === 1) return `<${parent.name}> holds at most ${part.max} <${child.name}>`;
  const names = part.shapes.map((shape) => `<${shape.name}>`).join(', ');
  return `<${parent.name}> holds at most ${part.max} of ${names} in all`;
}

function unknownElement(child: XmlElement, parent: XmlElement, known: readonly string[], findings: Findings): void {
  const others = known.length === 0 ? 'it holds no elements' : `known here are ${known.join(', ')}`;
  findings.add('unknown-element', `<${parent.name}> has no element <${child.name}>; ${others}`, child);
}

/** White space only, as XML counts it. */
export function refuseText(element: XmlElement, findings: Findings): void {
  if (/[^ \t\r\n]/.test(element.text)) {
    findings.add('unexpected-text', `<${element.name}> holds text between its elements; take it out`, element);
  }
}

/** The XSD takes not even white space in an element that is empty. */
export function refuseContent(element: XmlElement, findings: Findings): void {
  if (element.text === '') return;
  findings.add(
    'unexpected-text',
    `<${element.name}> is empty: write <${element.name} …/>, with nothing inside`,
    element,
  );
}

function namesOf(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => part.shapes.map((shape) => shape.name));
}
