import type { XmlElement } from '@stopgap/xml';
import type { RewriteMap, RewriteProvider } from '../model.ts';
import { Attributes } from './attributes.ts';
import { type Collection, emptyElement, readCollection } from './collection.ts';
import { childrenOf, childrenOnce } from './elements.ts';

/** Reads `<rewriteMaps>`. Keys are unique as written; whether look-ups mind letter case is the map's `ignoreCase`. */
export function readMaps(element: XmlElement | undefined): Collection<RewriteMap> {
  if (element) new Attributes(element, []);
  return readCollection(element, { add: 'rewriteMap', key: 'name', keyOf: (map) => map.name, read: readMap });
}

function readMap(element: XmlElement): RewriteMap {
  const attributes = new Attributes(element, ['name', 'defaultValue', 'ignoreCase']);
  const { items } = readCollection<readonly [string, string]>(element, {
    add: 'add',
    key: 'key',
    caseSensitive: true,
    keyOf: ([key]) => key,
    read: (child) => {
      const entry = emptyElement(child, ['key', 'value']);
      return [entry.required('key'), entry.string('value')];
    },
  });
  return {
    name: attributes.trimmed('name', attributes.required('name')),
    defaultValue: attributes.string('defaultValue'),
    ignoreCase: attributes.bool('ignoreCase', true),
    entries: new Map(items),
    position: element.position,
  };
}

/** Reads `<allowedServerVariables>`: names in lower case. */
export function readAllowedVariables(element: XmlElement | undefined): Collection<string> {
  if (element) new Attributes(element, []);
  return readCollection(element, {
    add: 'add',
    key: 'name',
    keyOf: (name) => name,
    read: (child) => emptyElement(child, ['name']).required('name').toLowerCase(),
  });
}

/** Reads `<providers>`: their names, so that rules may call them; what they would answer is code of IIS. */
export function readProviders(element: XmlElement | undefined): Collection<RewriteProvider> {
  if (element) new Attributes(element, []);
  return readCollection(element, { add: 'provider', key: 'name', keyOf: (one) => one.name, read: readProvider });
}

function readProvider(element: XmlElement): RewriteProvider {
  const attributes = new Attributes(element, ['name', 'type']);
  const settings = childrenOnce(element, ['settings']).get('settings');
  if (settings) {
    new Attributes(settings, []);
    for (const child of childrenOf(settings, ['add', 'clear', 'remove'])) {
      if (child.name === 'clear') emptyElement(child, []);
      else emptyElement(child, child.name === 'add' ? ['key', 'value', 'encryptedValue'] : ['key']).required('key');
    }
  }
  return {
    name: attributes.trimmed('name', attributes.required('name')),
    type: attributes.trimmed('type', attributes.required('type')),
    position: element.position,
  };
}
