import type { XmlElement } from '@stopgap/xml';
import { RewriteError } from '../errors.ts';
import type { RewriteConfiguration, ScopedRules } from '../model.ts';
import { depthOf, isWithin, normaliseLevel } from '../url/level.ts';
import { type EffectiveConfiguration, emptyEffective, inherit } from './inherit.ts';
import type { ConfigurationFile } from './read-file.ts';

/** A file with the level it stands at. */
export interface PlacedFile {
  readonly file: ConfigurationFile;
  /** Name of the site that a `web.config` belongs to; none: the only one there is. Without meaning for `applicationHost.config`. */
  readonly site?: string;
  /** Virtual path of a `web.config` or a bare `<rewrite>` inside its site, `/` for the root. */
  readonly level: string;
}

/** One `<rewrite>` at its place in the hierarchy. */
interface Entry {
  /** None: every site. */
  readonly site: string | undefined;
  readonly level: string;
  /** The server itself is above every site's root. */
  readonly depth: number;
  readonly element: XmlElement;
}

/** The configuration of one or more sites, level by level, from any number of files. */
export class ConfigurationLevels {
  readonly #entries: readonly Entry[];
  readonly #known = new Map<string, EffectiveConfiguration>();

  /** Reads every level once, so that what IIS would refuse anywhere is refused here. Throws `RewriteError`. */
  constructor(files: readonly PlacedFile[]) {
    this.#entries = files.flatMap(entriesOf).toSorted((a, b) => a.depth - b.depth);
    for (const entry of this.#entries) this.at(entry.site, entry.level);
  }

  /** The paths of all levels that configure something, parents first. */
  get paths(): readonly { readonly site: string | undefined; readonly level: string }[] {
    return this.#entries.map(({ site, level }) => ({ site, level }));
  }

  /** What holds for a cooked path of a site: every level that covers it, from the server down. */
  at(site: string | undefined, path: string): EffectiveConfiguration {
    const covering = this.#entries.filter(
      (entry) =>
        (entry.site === undefined || entry.site.toLowerCase() === site?.toLowerCase()) && isWithin(path, entry.level),
    );
    let effective = emptyEffective;
    let key = '';
    for (const entry of covering) {
      key += `${this.#entries.indexOf(entry)} `;
      const known: EffectiveConfiguration = this.#known.get(key) ?? inherit(effective, entry.level, entry.element);
      this.#known.set(key, known);
      effective = known;
    }
    return effective;
  }
}

function entriesOf({ file, site, level }: PlacedFile): readonly Entry[] {
  return file.rewrites.map(({ path, element }) => {
    const entry =
      file.kind === 'applicationHost.config' ? hostEntry(path, element) : fileEntry(path, element, site, level);
    if (file.kind !== 'rewrite' && entry.depth >= 0) refuseGlobalRules(element);
    return entry;
  });
}

/** `<location path="Site/owa">` of `applicationHost.config`: the first segment is the site. */
function hostEntry(path: string, element: XmlElement): Entry {
  if (path === '') return { site: undefined, level: '/', depth: -1, element };
  const [site = '', ...rest] = path.split('/');
  const level = normaliseLevel(rest.join('/'));
  return { site, level, depth: depthOf(level), element };
}

function fileEntry(path: string, element: XmlElement, site: string | undefined, at: string): Entry {
  const level = normaliseLevel(`${at}/${path}`);
  return { site, level, depth: depthOf(level), element };
}

function refuseGlobalRules(element: XmlElement): void {
  const globalRules = element.elements.find((child) => child.name === 'globalRules');
  if (!globalRules) return;
  const message = '<globalRules> may only stand at server level in applicationHost.config; use <rules> here';
  throw new RewriteError('not-allowed-here', message, globalRules.position);
}

/**
 * Effective rules in the form that `prepareRules` takes: one entry a level, parents first, all with the maps, preconditions
 * and allowed variables of the level that was asked for. Their owner is `the configuration`.
 */
export function scopedRules(effective: EffectiveConfiguration): readonly ScopedRules[] {
  const levels = new Set([...effective.rules, ...effective.outboundRules].map(({ level }) => level));
  const own = <T>(rules: readonly { readonly level: string; readonly rule: T }[], level: string) =>
    rules.filter((one) => one.level === level).map((one) => one.rule);
  const scoped = (level: string, rules: Partial<RewriteConfiguration>): ScopedRules => ({
    owner: 'the configuration',
    level,
    mode: 'enforce',
    configuration: { ...effective.rest, globalRules: [], rules: [], outboundRules: [], ...rules },
  });
  const global = effective.globalRules.map((one) => one.rule);
  return [
    ...(global.length > 0 ? [scoped('/', { globalRules: global })] : []),
    ...[...levels].map((level) =>
      scoped(level, {
        rules: own(effective.rules, level),
        outboundRules: own(effective.outboundRules, level),
      }),
    ),
  ];
}
