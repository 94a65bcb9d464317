import type { CustomTag, FilterTag, OutboundMatch } from '../model.ts';

/** Attributes that each tag filter looks at (URL Rewrite 2.0 configuration reference, "Pre-defined tags"). */
const attributesOf: Readonly<Record<Exclude<FilterTag, 'CustomTags'>, readonly string[]>> = {
  A: ['href'],
  Area: ['href'],
  Base: ['href'],
  Form: ['action'],
  Frame: ['src', 'longdesc'],
  Head: ['profile'],
  IFrame: ['src', 'longdesc'],
  Img: ['src', 'longdesc', 'usemap'],
  Input: ['src', 'usemap'],
  Link: ['href'],
  Script: ['src'],
};

/** Attribute names by tag name, both lower case, that a match with tag filters looks at. */
export function tagAttributes(
  match: OutboundMatch,
  custom: readonly CustomTag[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const wanted = new Map<string, Set<string>>();
  const add = (tag: string, attribute: string) => {
    const name = tag.toLowerCase();
    wanted.set(name, (wanted.get(name) ?? new Set()).add(attribute.toLowerCase()));
  };
  for (const filter of match.filterByTags) {
    if (filter === 'CustomTags') for (const tag of custom) add(tag.name, tag.attribute);
    else for (const attribute of attributesOf[filter]) add(filter, attribute);
  }
  return wanted;
}
