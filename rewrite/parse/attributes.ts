import type { Position, XmlAttribute, XmlElement } from '@stopgap/xml';
import { RewriteError } from '../errors.ts';

/** Attributes that IIS's configuration system itself allows on every element of a section; they lock, they do not mean. */
const locks = new Set([
  'lockItem',
  'lockAttributes',
  'lockElements',
  'lockAllAttributesExcept',
  'lockAllElementsExcept',
]);

/** Reads the attributes of one element as IIS's schema types them, each refusal at the attribute's own place. */
export class Attributes {
  readonly element: XmlElement;

  /** Throws `unknown-attribute` for any name that is neither in `known` nor one of IIS's locks; names are case-sensitive. */
  constructor(element: XmlElement, known: readonly string[]) {
    this.element = element;
    for (const attribute of element.attributes.values()) {
      if (known.includes(attribute.name) || locks.has(attribute.name)) continue;
      throw unknownAttribute(element, attribute, known);
    }
  }

  has(name: string): boolean {
    return this.element.attributes.has(name);
  }

  /** Place of the attribute, or of the element where the attribute is missing. */
  position(name: string): Position {
    return this.element.attributes.get(name)?.position ?? this.element.position;
  }

  string(name: string, fallback = ''): string {
    return this.element.attributes.get(name)?.value ?? fallback;
  }

  required(name: string): string {
    const attribute = this.element.attributes.get(name);
    if (!attribute) throw missing(this.element, name);
    return attribute.value;
  }

  /** As `nonEmptyString` of the schema, and present. */
  nonEmpty(name: string): string {
    const value = this.required(name);
    if (value === '') throw new RewriteError('invalid-value', `${name} must not be empty`, this.position(name));
    return value;
  }

  /** As `requireTrimmedString` of the schema. */
  trimmed(name: string, value: string): string {
    if (value.trim() === value) return value;
    throw new RewriteError(
      'invalid-value',
      `${name}="${value}" must not begin or end with blanks; take them out`,
      this.position(name),
    );
  }

  /** `true` or `false` in any letter case. */
  bool(name: string, fallback: boolean): boolean {
    const attribute = this.element.attributes.get(name);
    if (!attribute) return fallback;
    const value = attribute.value.toLowerCase();
    if (value === 'true' || value === 'false') return value === 'true';
    throw new RewriteError('invalid-value', `${name}="${attribute.value}" must be true or false`, attribute.position);
  }

  /** A member of an enum in any letter case; answers it as the schema spells it. */
  choice<T extends string>(name: string, members: readonly T[], fallback: T): T {
    const attribute = this.element.attributes.get(name);
    return attribute ? member(attribute, attribute.value, members) : fallback;
  }

  /** Members of a flags attribute, separated by commas. */
  flags<T extends string>(name: string, members: readonly T[]): readonly T[] {
    const attribute = this.element.attributes.get(name);
    if (!attribute || attribute.value.trim() === '') return [];
    return attribute.value.split(',').map((piece) => member(attribute, piece.trim(), members));
  }

  /** A decimal whole number within `from`…`to`, both inclusive. */
  integer(name: string, fallback: number, from: number, to: number): number {
    const attribute = this.element.attributes.get(name);
    if (!attribute) return fallback;
    const value = /^-?\d{1,19}$/.test(attribute.value) ? Number(attribute.value) : Number.NaN;
    if (value >= from && value <= to) return value;
    throw new RewriteError(
      'invalid-value',
      `${name}="${attribute.value}" must be a whole number from ${from} to ${to}`,
      attribute.position,
    );
  }
}

/** The refusal of a missing attribute, at its element. */
export function missing(element: XmlElement, name: string): RewriteError {
  return new RewriteError('missing-attribute', `<${element.name}> needs the attribute ${name}`, element.position);
}

function member<T extends string>(attribute: XmlAttribute, text: string, members: readonly T[]): T {
  const found = members.find((name) => name.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  const remedy =
    attribute.name === 'patternSyntax' && text.toLowerCase() === 'regular expressions'
      ? ' ("Regular Expressions" is what IIS Manager and PowerShell show for ECMAScript; in XML write ECMAScript or leave the attribute out)'
      : '';
  throw new RewriteError(
    'invalid-value',
    `${attribute.name}="${attribute.value}" must be one of ${members.join(', ')}${remedy}`,
    attribute.position,
  );
}

function unknownAttribute(element: XmlElement, attribute: XmlAttribute, known: readonly string[]): RewriteError {
  if (attribute.name === 'configSource') {
    const message = `<${element.name}> is kept in another file (configSource="${attribute.value}"); put the section in place`;
    return new RewriteError('unsupported', message, attribute.position);
  }
  const close = known.find((name) => name.toLowerCase() === attribute.name.toLowerCase());
  const remedy = close ? `; names are case-sensitive, write ${close}` : `; known are ${known.join(', ') || 'none'}`;
  const message = `unrecognized attribute ${attribute.name} on <${element.name}>${remedy}`;
  return new RewriteError('unknown-attribute', message, attribute.position);
}
