import { readXml, type XmlElement, XmlError } from '@stopgap/xml';
import { OcsError } from './errors.ts';
import { ocsLimits } from './limits.ts';

/** What a verified document says. */
export interface OcsContent {
  readonly version: string;
  readonly configs: readonly OcsConfig[];
}

/** One `Config`: what we call a mitigation. */
export interface OcsConfig {
  readonly id: string;
  readonly description: string;
  readonly actions: readonly OcsAction[];
  /** `Details`, our addition: what a mitigation says besides its actions. */
  readonly details: OcsDetails | undefined;
  /** What the text of this `Config` holds that is not in the fields above, each named once. */
  readonly unknown: readonly string[];
  /** The element as it was signed. */
  readonly source: string;
}

/** `Details`: the revision, and elements of the mitigation document in its own words and order. */
export interface OcsDetails {
  readonly revision: string;
  readonly parts: readonly { readonly name: string; readonly source: string }[];
}

/** One `Action`. Of its children, those that are known; all else is in `unknown` of its `Config`. */
export interface OcsAction {
  readonly type: string;
  readonly scope: string;
  readonly shared: boolean;
  /** Text of `Value`, white space at the ends taken off; empty where it holds elements. */
  readonly value: string;
  /** The one element in `Value`, as signed. */
  readonly element: { readonly name: string; readonly source: string } | undefined;
  /** `Site` and `Path`: where a rule belongs. */
  readonly site: string | undefined;
  readonly path: string | undefined;
}

/** Reads the text that the verified reference returned, and nothing else. Throws `OcsError` `content`. */
export function readOcsContent(text: string): OcsContent {
  const root = parse(text);
  const configs = root.elements.map((element) => readConfig(element, text));
  if (configs.length > ocsLimits.configs) {
    throw new OcsError('content', `it holds ${configs.length} mitigations; at most ${ocsLimits.configs} are read`);
  }
  const ids = new Set(configs.map((config) => config.id.toLowerCase()));
  if (ids.size < configs.length) throw new OcsError('content', 'two mitigations have the same id');
  return { version: root.attributes.get('version')?.value ?? '', configs };
}

function parse(text: string): XmlElement {
  try {
    const { documentBytes, depth, elements } = ocsLimits;
    return readXml(text, { bytes: 2 * documentBytes, depth, elements });
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new OcsError('content', `what was signed cannot be read: ${error.message}`, error);
  }
}

function readConfig(config: XmlElement, text: string): OcsConfig {
  const id = value(config, 'id');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(id)) {
    throw new OcsError('content', `${JSON.stringify(id)} is no id of a mitigation: 1 to 64 of A-Z a-z 0-9 . _ -`);
  }
  const unknown = new Set<string>();
  note(config, ['id', 'desc'], ['Details', 'ActionList'], unknown);
  const lists = named(config, 'ActionList');
  for (const list of lists) note(list, [], ['Action'], unknown);
  const details = named(config, 'Details');
  if (lists.length > 1 || details.length > 1) unknown.add('more than one <ActionList> or <Details>');
  return {
    id,
    description: value(config, 'desc'),
    actions: lists.flatMap((list) => named(list, 'Action')).map((action) => readAction(action, text, unknown)),
    details: details[0] && readDetails(details[0], text, unknown),
    unknown: [...unknown],
    source: text.slice(config.start, config.end),
  };
}

function readDetails(details: XmlElement, text: string, unknown: Set<string>): OcsDetails {
  note(details, ['revision'], undefined, unknown);
  const parts = details.elements.map((part) => ({ name: part.name, source: text.slice(part.start, part.end) }));
  return { revision: value(details, 'revision'), parts };
}

function readAction(action: XmlElement, text: string, unknown: Set<string>): OcsAction {
  note(action, ['type', 'scope', 'desc', 'shared'], ['Site', 'Path', 'Value'], unknown);
  const single = (name: string): XmlElement | undefined => {
    const [first, ...more] = named(action, name);
    if (more.length > 0) unknown.add(`more than one <${name}> in an action`);
    return first;
  };
  const [site, path, content] = [single('Site'), single('Path'), single('Value')];
  for (const element of [site, path]) if (element) note(element, [], [], unknown, true);
  if (content) note(content, [], undefined, unknown, content.elements.length === 0);
  const [element, ...more] = content?.elements ?? [];
  if (more.length > 0) unknown.add('more than one element in <Value>');
  const shared = action.attributes.get('shared')?.value ?? 'false';
  if (shared !== 'true' && shared !== 'false') unknown.add('shared that is neither true nor false');
  return {
    type: value(action, 'type'),
    scope: value(action, 'scope'),
    shared: shared === 'true',
    value: element ? '' : (content?.text.trim() ?? ''),
    element: element && { name: element.name, source: text.slice(element.start, element.end) },
    site: site?.text.trim(),
    path: path?.text.trim(),
  };
}

/** Writes down what stands in an element that is not known; `undefined` for elements: any may stand there. */
function note(
  element: XmlElement,
  attributes: readonly string[],
  elements: readonly string[] | undefined,
  unknown: Set<string>,
  mayHoldText = false,
): void {
  const place = `<${element.name}>`;
  for (const name of element.attributes.keys()) if (!attributes.includes(name)) unknown.add(`${name} of ${place}`);
  for (const { name } of element.elements) {
    if (elements && !elements.includes(name)) unknown.add(`<${name}> in ${place}`);
  }
  if (!mayHoldText && element.text.trim() !== '') unknown.add(`text in ${place}`);
}

function named(element: XmlElement, name: string): readonly XmlElement[] {
  return element.elements.filter((child) => child.name === name);
}

function value(element: XmlElement, name: string): string {
  return element.attributes.get(name)?.value ?? '';
}
