/** An element as it is written: attributes that are undefined are left out. */
export interface Written {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly children?: readonly Written[];
}

/** XML of an element, two blanks a level, `\n` for line ends. */
export function writeXml({ name, attributes = {}, children = [] }: Written, indent = ''): string {
  const shown = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${attributeText(String(value))}"`],
  );
  const start = `${indent}<${name}${shown.join('')}`;
  if (children.length === 0) return `${start}/>\n`;
  return `${start}>\n${children.map((child) => writeXml(child, `${indent}  `)).join('')}${indent}</${name}>\n`;
}

/** Line ends and tabs would be read back as blanks (XML 1.0, section 3.3.3). */
function attributeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\t\n\r\u0085\u2028]/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** A value, left out where it is the default. */
export const unless = <T>(value: T, standard: T): T | undefined => (value === standard ? undefined : value);

/** An element that is left out where nothing is in it. */
export function section(
  name: string,
  children: readonly Written[],
  attributes: Written['attributes'] = {},
): readonly Written[] {
  const bare = children.length === 0 && Object.values(attributes).every((value) => value === undefined);
  return bare ? [] : [{ name, attributes, children }];
}
