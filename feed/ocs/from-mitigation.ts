import { readXml, type XmlElement, XmlError } from '@stopgap/xml';
import { OcsError } from './errors.ts';
import { escaped } from './to-mitigation.ts';

/** A mitigation document to be offered. */
export interface MitigationToOffer {
  /** What it is called in messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * An `EOCS` document, not signed yet, that says what these mitigation documents say (docs/ocs-feeds.md has the mapping),
 * written plainly. Comments and the layout of the source are left out. The documents must have been checked: this only
 * rearranges. Throws `OcsError` `content` naming the document that cannot be rearranged.
 */
export function fromMitigations(documents: readonly MitigationToOffer[]): string {
  const configs = documents.map((document) => configOf(readRoot(document), document.name));
  return `<?xml version="1.0" encoding="utf-8"?>\n<EOCS version="1.0.4">\n${configs.join('')}</EOCS>`;
}

function readRoot({ name, bytes }: MitigationToOffer): XmlElement {
  try {
    const root = readXml(bytes);
    if (root.name !== 'mitigation') throw new OcsError('content', `${name} is no mitigation document`);
    return root;
  } catch (error) {
    if (error instanceof XmlError) throw new OcsError('content', `${name}: ${error.message}`, error);
    throw error;
  }
}

function configOf(root: XmlElement, place: string): string {
  const id = root.attributes.get('id')?.value ?? '';
  const title = child(root, 'title', place).text.trim().replace(/\s+/g, ' ');
  const revision = root.attributes.get('revision')?.value ?? '';
  const details = root.elements.filter(({ name }) => name !== 'title' && name !== 'actions');
  const actions = child(root, 'actions', place).elements.map((action) => actionOf(action, place));
  return [
    `  <Config id="${attribute(id)}" desc="${attribute(title)}">\n`,
    `    <Details revision="${attribute(revision)}">\n`,
    ...details.map((element) => `      ${written(element)}\n`),
    '    </Details>\n    <ActionList>\n',
    ...actions.map((action) => `      ${action}\n`),
    '    </ActionList>\n  </Config>\n',
  ].join('');
}

function actionOf(action: XmlElement, place: string): string {
  const name = action.attributes.get('name')?.value ?? '';
  switch (action.name) {
    case 'none':
      return '<Action type="DoNothing" scope="Server"><Value>DoNothing</Value></Action>';
    case 'service': {
      const shared = action.attributes.get('shared')?.value.trim();
      const mark = shared === 'true' || shared === '1' ? ' shared="true"' : '';
      return `<Action type="Service" scope="Server"${mark}><Value>${escaped(name)}</Value></Action>`;
    }
    case 'appPool':
      return `<Action type="AppPool" scope="Server"><Value>${escaped(name)}</Value></Action>`;
    case 'urlRewrite':
      return ruleAction(action, place);
    default:
      throw new OcsError('content', `${place}: <${action.name}> has no counterpart in an OCS-style feed`);
  }
}

function ruleAction(action: XmlElement, place: string): string {
  const [where] = action.elements;
  const value = `<Value>${written(child(action, 'rewrite', place))}</Value>`;
  const text = (name: string) => escaped(where?.attributes.get(name)?.value ?? '');
  switch (where?.name) {
    case 'onServer':
      return `<Action type="UrlRewrite" scope="Server">${value}</Action>`;
    case 'onSite':
      return `<Action type="UrlRewrite" scope="Site"><Site>${text('name')}</Site>${value}</Action>`;
    case 'onPath':
      return `<Action type="UrlRewrite" scope="Path"><Site>${text('site')}</Site><Path>${text('path')}</Path>${value}</Action>`;
    default:
      throw new OcsError('content', `${place}: a rule says nowhere where it belongs`);
  }
}

function child(element: XmlElement, name: string, place: string): XmlElement {
  const found = element.elements.find((one) => one.name === name);
  if (!found) throw new OcsError('content', `${place}: <${name}> is missing in <${element.name}>`);
  return found;
}

/** An element in the one plain way. Elements of a mitigation hold either text or elements, never both. */
function written(element: XmlElement): string {
  const attributes = [...element.attributes.values()].map(({ name, value }) => ` ${name}="${attribute(value)}"`);
  const start = `<${element.name}${attributes.join('')}`;
  const content = element.elements.length > 0 ? element.elements.map(written).join('') : escaped(element.text);
  return content === '' ? `${start}/>` : `${start}>${content.replaceAll('\r', '&#xD;')}</${element.name}>`;
}

/** White space in an attribute would come out as spaces, were it not written as references. */
function attribute(value: string): string {
  return escaped(value).replaceAll('\t', '&#x9;').replaceAll('\n', '&#xA;').replaceAll('\r', '&#xD;');
}
