import type { RewriteConfiguration } from '@stopgap/rewrite';
import type { XmlElement } from '@stopgap/xml';
import { attribute, child } from './decode.ts';
import type { Action, RuleScope } from './document.ts';

/** What each `<rewrite>` of a document says, by its element. */
export type Rewrites = ReadonlyMap<XmlElement, RewriteConfiguration>;

/** The actions of `<actions>`; `text` is what the element was read from. */
export function decodeActions(element: XmlElement | undefined, text: string, rewrites: Rewrites): readonly Action[] {
  return (element?.elements ?? []).map((e) => decodeAction(e, text, rewrites));
}

function decodeAction(element: XmlElement, text: string, rewrites: Rewrites): Action {
  switch (element.name) {
    case 'urlRewrite':
      return decodeRule(element, text, rewrites);
    case 'service':
      return { kind: 'service', name: attribute(element, 'name'), shared: attribute(element, 'shared') === 'true' };
    case 'appPool':
      return { kind: 'appPool', name: attribute(element, 'name') };
    default:
      return { kind: 'none' };
  }
}

function decodeRule(element: XmlElement, text: string, rewrites: Rewrites): Action {
  const rewrite = child(element, 'rewrite');
  const configuration = rewrite && rewrites.get(rewrite);
  if (!configuration) throw new Error('a urlRewrite whose <rewrite> was not read passed the checks');
  return {
    kind: 'urlRewrite',
    scope: decodeScope(element.elements[0]),
    rewrite: configuration,
    source: text.slice(rewrite.start, rewrite.end),
  };
}

/** `<onServer>`, `<onSite>` or `<onPath>`. */
export function decodeScope(element: XmlElement | undefined): RuleScope {
  if (element?.name === 'onSite') return { level: 'site', site: attribute(element, 'name') };
  if (element?.name === 'onPath') {
    return { level: 'path', site: attribute(element, 'site'), path: attribute(element, 'path') };
  }
  return { level: 'server' };
}
