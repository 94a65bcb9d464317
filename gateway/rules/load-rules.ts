import type { Files } from '@stopgap/machine';
import type { RewriteConfiguration, ScopedRules } from '@stopgap/rewrite';
import { GatewayError, reasonOf } from '../errors.ts';
import type { GatewayConfig } from '../settings/config.ts';
import type { Matcher, RuleEngine } from './engine.ts';
import { type FindTwin, twinsOf } from './field-twins.ts';
import { groupRules } from './groups.ts';
import { inboundInSequence, outboundInSequence } from './in-sequence.ts';
import { type RulesEntry, readRulesFile } from './rules-file.ts';

/** Rules in force. Replaced whole, by one assignment: a request sees the old ones or the new ones, never a mixture. */
export interface LoadedRules {
  readonly digest: string;
  /** Entries of the rules file, by mode. */
  readonly enforced: number;
  readonly observed: number;
  /** A field that could be taken for one that an inbound rule knows: refused before rules are asked. */
  readonly twin: FindTwin | undefined;
  /** `undefined`: there is nothing to ask, so nothing is. */
  readonly inbound: Pick<Matcher, 'inbound'> | undefined;
  readonly outbound: Pick<Matcher, 'outbound' | 'bodies'> | undefined;
  /** What each `<rewrite>` text of the file came to, for the next load: most texts are still there then. */
  readonly parsed: ReadonlyMap<string, RewriteConfiguration>;
}

/** Name under which an administrator's own rules appear in logs. */
const ownRulesOwner = 'own rules';

const maxOwnRulesBytes = 1024 * 1024;

/**
 * Reads the rules file and the administrator's own rules, and compiles them. Throws `GatewayError` (`invalid-rules-file`,
 * `rules-refused`) naming the file, the owner and the reason; what was in force stays so. `earlier` are the rules loaded before, if any.
 */
export function loadRules(
  config: Pick<GatewayConfig, 'rulesFile' | 'ownRules'>,
  files: Files,
  engine: RuleEngine,
  earlier?: LoadedRules,
): LoadedRules {
  const { digest, entries } = readRulesFile(config.rulesFile, files);
  const parsed = new Map<string, RewriteConfiguration>();
  const scoped = entries.map((entry): ScopedRules => {
    const { owner, level, mode, rewrite } = entry;
    const configuration = parsed.get(rewrite) ?? earlier?.parsed.get(rewrite) ?? parse(entry, engine);
    parsed.set(rewrite, configuration);
    return { owner, level, mode, configuration };
  });
  const own = config.ownRules === undefined ? undefined : ownScope(readOwnRules(config.ownRules, files, engine));
  const { refusing, shaping, outbound } = groupRules(scoped, own);
  const count = (mode: RulesEntry['mode']) => entries.filter((entry) => entry.mode === mode).length;
  return {
    digest,
    enforced: count('enforce'),
    observed: count('observe'),
    twin: twinsOf(own ? [...scoped, own] : scoped),
    inbound: inboundInSequence(
      refusing.length > 0 ? compile(refusing, engine) : undefined,
      shaping.map((group) => compile(group, engine)),
    ),
    outbound: outboundInSequence(outbound.map((group) => compile(group, engine))),
    parsed,
  };
}

function parse(entry: RulesEntry, engine: RuleEngine): RewriteConfiguration {
  try {
    return engine.parse(entry.rewrite);
  } catch (error) {
    throw new GatewayError('rules-refused', `${entry.owner}, action ${entry.index}: ${reasonOf(error)}`, error);
  }
}

function ownScope(configuration: RewriteConfiguration): ScopedRules {
  return { owner: ownRulesOwner, level: '/', mode: 'enforce', configuration };
}

/** Reads an administrator's own `<rewrite>` file. Throws `GatewayError` `rules-refused` naming file, line and column. */
export function readOwnRules(file: string, files: Files, engine: RuleEngine): RewriteConfiguration {
  try {
    const state = files.read(file, maxOwnRulesBytes);
    if (!state) throw new Error('there is no such file; create it or take "ownRules" out of the configuration');
    return engine.parse(state.bytes);
  } catch (error) {
    throw new GatewayError('rules-refused', `${file}: ${reasonOf(error)}`, error);
  }
}

function compile(rules: readonly ScopedRules[], engine: RuleEngine): Matcher {
  try {
    return engine.compile(rules);
  } catch (error) {
    throw new GatewayError('rules-refused', `${culprit(rules, engine)}: ${reasonOf(error)}`, error);
  }
}

/** Whose rules cannot be compiled: asked only once something is wrong. */
function culprit(rules: readonly ScopedRules[], engine: RuleEngine): string {
  const refused = rules.filter((scoped) => {
    try {
      engine.compile([scoped]);
      return false;
    } catch {
      return true;
    }
  });
  return [...new Set(refused.map(({ owner }) => owner))].join(', ') || 'the rules together';
}
