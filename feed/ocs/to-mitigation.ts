import type { OcsAction, OcsConfig } from './content.ts';

/** A mitigation document made from a `Config`. */
export interface OcsMitigation {
  readonly id: string;
  /** The document's file name: the id with `.xml`. */
  readonly name: string;
  /** Its XML; where the mitigation is unsupported, the `Config` as it was signed, which is no mitigation document. */
  readonly document: string;
  /** Why this version of Stopgap cannot carry it out. */
  readonly unsupported: string | undefined;
}

/** What a `Config` without `Details` does not say of itself. */
export interface OcsDefaults {
  /** Whole number from 1. */
  readonly revision: number;
  /** Ms since the epoch. */
  readonly published: number;
}

/**
 * The mitigation document of a `Config` (docs/ocs-feeds.md has the mapping). Its parts are cut out of the signed text as
 * they are; the reader of mitigations checks them like those of any other document.
 */
export function toMitigation(config: OcsConfig, defaults: OcsDefaults): OcsMitigation {
  const { id } = config;
  const name = `${id}.xml`;
  const unsupported = reasonAgainst(config);
  if (unsupported !== undefined) return { id, name, document: config.source, unsupported };
  const actions = config.actions.map((action) => `    ${actionOf(action)}\n`);
  const body = config.details ? ownDetails(config, actions) : heartbeat(config, defaults);
  const revision = config.details?.revision ?? String(defaults.revision);
  const document = `<?xml version="1.0" encoding="UTF-8"?>\n<mitigation schema="1" id="${escaped(id)}" revision="${escaped(revision)}">\n${body}</mitigation>\n`;
  return { id, name, document, unsupported: undefined };
}

function reasonAgainst(config: OcsConfig): string | undefined {
  const [unknown] = config.unknown;
  if (unknown !== undefined) return `it holds ${unknown}, which this version of Stopgap does not know`;
  if (config.actions.length === 0) return 'it holds no action';
  for (const action of config.actions) {
    const reason = reasonAgainstAction(action);
    if (reason !== undefined) return reason;
  }
  if (config.details || config.actions.every((action) => action.type === 'DoNothing')) return undefined;
  return 'it has no <Details>, so it says neither for which builds it is nor how it can be proven';
}

function reasonAgainstAction(action: OcsAction): string | undefined {
  const { type, scope } = action;
  const wrong = (why: string) => `its action ${quoted(type)} ${why}`;
  const kind = kinds.get(type);
  if (!kind) return wrong('is of a type that this version of Stopgap does not know');
  if (!kind.scopes.includes(scope)) return wrong(`has the scope ${quoted(scope)}; known: ${kind.scopes.join(', ')}`);
  if (action.shared && type !== 'Service') return wrong('is shared, which only services can be');
  if ((action.site !== undefined) !== (scope === 'Site' || scope === 'Path'))
    return wrong(`has <Site> amiss for ${scope}`);
  if ((action.path !== undefined) !== (scope === 'Path')) return wrong(`has <Path> amiss for ${scope}`);
  if (type === 'UrlRewrite') return action.element?.name === 'rewrite' ? undefined : wrong('holds no <rewrite>');
  if (action.element) return wrong(`holds <${action.element.name}> where a name is expected`);
  if (type === 'DoNothing') return undefined;
  return action.value === '' ? wrong('names nothing in <Value>') : undefined;
}

const kinds: ReadonlyMap<string, { readonly scopes: readonly string[] }> = new Map([
  ['DoNothing', { scopes: ['Server'] }],
  ['UrlRewrite', { scopes: ['Server', 'Site', 'Path'] }],
  ['Service', { scopes: ['Server'] }],
  ['AppPool', { scopes: ['Server'] }],
]);

function actionOf(action: OcsAction): string {
  switch (action.type) {
    case 'UrlRewrite':
      return `<urlRewrite>${placeOf(action)}${action.element?.source ?? ''}</urlRewrite>`;
    case 'Service':
      return `<service name="${escaped(action.value)}"${action.shared ? ' shared="true"' : ''}/>`;
    case 'AppPool':
      return `<appPool name="${escaped(action.value)}"/>`;
    default:
      return '<none/>';
  }
}

function placeOf({ scope, site = '', path = '' }: OcsAction): string {
  if (scope === 'Server') return '<onServer/>';
  if (scope === 'Site') return `<onSite name="${escaped(site)}"/>`;
  return `<onPath site="${escaped(site)}" path="${escaped(path)}"/>`;
}

/** The parts in the order of the document: actions stand before the evidence. */
function ownDetails({ description, details }: OcsConfig, actions: readonly string[]): string {
  const parts = details?.parts ?? [];
  const lines = (wanted: boolean) =>
    parts.filter(({ name }) => (name === 'evidence') === wanted).map(({ source }) => `  ${source}\n`);
  const title = `  <title>${escaped(description)}</title>\n`;
  return [title, ...lines(false), '  <actions>\n', ...actions, '  </actions>\n', ...lines(true)].join('');
}

/** A `Config` that does nothing needs no more than its name. */
function heartbeat({ id, description }: OcsConfig, { published }: OcsDefaults): string {
  const title = description.trim() === '' ? id : description;
  return [
    `  <title>${escaped([...title.trim()].slice(0, 120).join(''))}</title>\n`,
    '  <severity>none</severity>\n',
    `  <published>${new Date(published).toISOString().replace(/\.\d+Z$/, 'Z')}</published>\n`,
    '  <expires at="2099-12-31T00:00:00Z" then="keep"/>\n',
    `  <description>${escaped(title)}</description>\n`,
    '  <sideEffects/>\n  <applicability/>\n  <actions>\n    <none/>\n  </actions>\n',
  ].join('');
}

function quoted(text: string): string {
  return JSON.stringify([...text].slice(0, 60).join(''));
}

/** Text that stands for itself in XML, in an element or an attribute. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
