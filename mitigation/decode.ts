import type { XmlElement } from '@stopgap/xml';
import { decodeActions, type Rewrites } from './decode-actions.ts';
import type { Branch, Evidence, Fix, Mitigation, ProductRange, SideEffects } from './document.ts';
import { collapse } from './lexical.ts';

/**
 * The typed form of a document in which nothing wrong was found. `text` is what `root` was read from.
 */
export function decodeMitigation(root: XmlElement, text: string, rewrites: Rewrites): Mitigation {
  const expires = child(root, 'expires');
  const withdrawn = child(root, 'withdrawn');
  return {
    id: attribute(root, 'id'),
    revision: Number(attribute(root, 'revision')),
    title: words(child(root, 'title')),
    cves: children(root, 'cve').map(words),
    severity: words(child(root, 'severity')) as Mitigation['severity'],
    published: time(words(child(root, 'published'))),
    // biome-ignore lint/suspicious/noThenProperty: the document's own word, and a string is no thenable
    expires: { at: time(attribute(expires, 'at')), then: attribute(expires, 'then') === 'keep' ? 'keep' : 'remove' },
    ...(withdrawn ? { withdrawn: words(withdrawn) } : {}),
    description: words(child(root, 'description')),
    sideEffects: decodeSideEffects(child(root, 'sideEffects')),
    references: children(child(root, 'references'), 'reference').map((e) => ({
      url: attribute(e, 'url'),
      title: words(e),
    })),
    applicability: children(child(root, 'applicability'), 'product').map(decodeProduct),
    actions: decodeActions(child(root, 'actions'), text, rewrites),
    evidence: children(child(root, 'evidence'), 'request').map(decodeRequest),
  };
}

function decodeSideEffects(element: XmlElement | undefined): SideEffects {
  return {
    breaks: children(element, 'breaks').map((e) => ({ what: words(e), who: collapse(attribute(e, 'who')) })),
    monitors: children(element, 'monitor').map(words),
    unprotected: children(element, 'unprotected').map(words),
  };
}

/** One `<product>`. */
export function decodeProduct(element: XmlElement): ProductRange {
  return {
    product: attribute(element, 'name'),
    versions: attribute(element, 'versions') === 'debian' ? 'debian' : 'dotted',
    branches: children(element, 'branch').map(decodeBranch),
    exceptRoles: children(element, 'exceptRole').map((e) => e.text),
  };
}

function decodeBranch(element: XmlElement): Branch {
  return {
    name: collapse(attribute(element, 'name')),
    from: attribute(element, 'from'),
    below: attribute(element, 'below'),
    fixes: element.elements.map(decodeFix),
  };
}

function decodeFix(element: XmlElement): Fix {
  if (element.name === 'fixedBuild') return { kind: 'build', build: element.text };
  if (element.name === 'fixedByUpdate') return { kind: 'update', id: element.text };
  return { kind: 'package', name: attribute(element, 'name'), version: attribute(element, 'version') };
}

function decodeRequest(element: XmlElement): Evidence {
  return {
    name: collapse(attribute(element, 'name')),
    expect: attribute(element, 'expect') === 'refused' ? 'refused' : 'passes',
    request: {
      method: element.attributes.get('method')?.value ?? 'GET',
      url: attribute(element, 'url'),
      headers: children(element, 'header').map((e) => ({ name: attribute(e, 'name'), value: attribute(e, 'value') })),
      body: child(element, 'body')?.text ?? '',
    },
    responseHeaders: children(element, 'responseHeader').map((e) => ({
      name: attribute(e, 'name'),
      contains: attribute(e, 'contains'),
    })),
  };
}

/** The first child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.elements.find((candidate) => candidate.name === name);
}

/** All children of that name. */
export function children(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.elements.filter((candidate) => candidate.name === name) ?? [];
}

/** An attribute's value, empty when it is not there. */
export function attribute(element: XmlElement | undefined, name: string): string {
  return element?.attributes.get(name)?.value ?? '';
}

function words(element: XmlElement | undefined): string {
  return collapse(element?.text ?? '');
}

/** Milliseconds since the epoch of a time in UTC. */
export function time(text: string): number {
  return Date.parse(collapse(text));
}
