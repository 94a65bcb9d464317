import { evaluateInbound } from '../evaluate/inbound.ts';
import type { ReadBeside } from '../levels/config-source.ts';
import { ConfigurationLevels, scopedRules } from '../levels/levels.ts';
import { type ConfigurationFile, readConfigurationFile } from '../levels/read-file.ts';
import { siteFor } from '../levels/sites.ts';
import { prepareRules } from '../prepare/prepare-rules.ts';
import type { PreparedRules } from '../prepare/rules.ts';
import { cookPath } from '../url/cook-path.ts';
import { normaliseLevel } from '../url/level.ts';
import { splitTarget } from '../url/target.ts';
import type { RequestLine } from './read-request.ts';

/** A configuration opened for requests that may each name their own level. */
export interface LineRules {
  /** The rules that a request is subject to, compiled. */
  for(line: Pick<RequestLine, 'request' | 'scope'>): PreparedRules;
}

/**
 * Opens a `web.config`, an `applicationHost.config` or a bare `<rewrite>`. A line's `scope` is the level of the first and
 * the last; the levels of an `applicationHost.config` are its own, and its bindings tell the site. Everything in the file is
 * read and compiled at once: throws `RewriteError` for an unusable configuration. `readBeside` gives the files of `configSource`; `server`: the file is
 * called `applicationHost.config`.
 */
export function openConfiguration(input: string | Uint8Array, readBeside?: ReadBeside, server = false): LineRules {
  const file = readConfigurationFile(input, readBeside, server);
  const opened = new OpenedConfiguration(file);
  opened.checkAll();
  return opened;
}

class OpenedConfiguration implements LineRules {
  readonly #file: ConfigurationFile;
  readonly #levels = new Map<string, ConfigurationLevels>();
  readonly #prepared = new Map<object, PreparedRules>();

  constructor(file: ConfigurationFile) {
    this.#file = file;
  }

  checkAll(): void {
    const levels = this.#at('/');
    for (const { site, level } of levels.paths) this.#prepare(levels, site, level);
  }

  for({ request, scope }: Pick<RequestLine, 'request' | 'scope'>): PreparedRules {
    const levels = this.#at(this.#file.kind === 'applicationHost.config' ? '/' : scope);
    const site = siteFor(this.#file.sites, request.scheme, request.host, request.serverPort)?.name;
    const target = splitTarget(request.url);
    const rules = this.#prepare(levels, site, cookPath(target.path));
    if (rules.global.length === 0) return rules;
    const after = evaluateInbound({ ...rules, distributed: [] }, request);
    if (after.outcome !== 'rewrite' || !after.url.startsWith('/')) return rules;
    return this.#prepare(levels, site, cookPath(splitTarget(after.url).path));
  }

  #at(scope: string): ConfigurationLevels {
    const level = normaliseLevel(scope);
    const known = this.#levels.get(level) ?? new ConfigurationLevels([{ file: this.#file, level }]);
    this.#levels.set(level, known);
    return known;
  }

  #prepare(levels: ConfigurationLevels, site: string | undefined, path: string): PreparedRules {
    const effective = levels.at(site, path);
    const known = this.#prepared.get(effective);
    if (known) return known;
    const prepared = prepareRules(scopedRules(effective), { costlyPatterns: 'bound' });
    this.#prepared.set(effective, prepared);
    return prepared;
  }
}
