import type { XmlElement } from '@stopgap/xml';
import type { Section } from '../ours/place.ts';

/** How `configSections` declares a section of `system.webServer/rewrite`. */
export interface DeclaredSection {
  /** Levels below may not set it unless a `<location>` unlocks it. */
  readonly locked: boolean;
  /** Lower case; `everywhere` by default. */
  readonly allowDefinition: string;
  /** May stand in a `<location>`. */
  readonly inLocation: boolean;
}

/** The sections that the URL Rewrite module brings, as declared; none where it was never installed. Pure. */
export function declaredSections(root: XmlElement): ReadonlyMap<Section, DeclaredSection> {
  const lists = root.elements.filter((child) => child.name === 'configSections');
  const groups = named(
    named(
      lists.flatMap((list) => list.elements),
      'sectionGroup',
      'system.webServer',
    ).flatMap((group) => group.elements),
    'sectionGroup',
    'rewrite',
  );
  const sections = groups.flatMap((group) => group.elements.filter((child) => child.name === 'section'));
  return new Map(
    sections.map((section) => {
      const says = (name: string) => section.attributes.get(name)?.value.toLowerCase();
      return [
        (section.attributes.get('name')?.value ?? '') as Section,
        {
          locked: says('overrideModeDefault') === 'deny',
          allowDefinition: says('allowDefinition') ?? 'everywhere',
          inLocation: says('allowLocation') !== 'false',
        },
      ];
    }),
  );
}

function named(elements: readonly XmlElement[], name: string, value: string): readonly XmlElement[] {
  return elements.filter((child) => child.name === name && child.attributes.get('name')?.value === value);
}
