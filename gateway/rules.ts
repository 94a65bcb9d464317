import type { Files } from '@stopgap/machine';
import type { RewriteConfiguration, ScopedRules } from '@stopgap/rewrite';
import type { GatewayConfig } from './config.ts';
import type { Matcher, RuleEngine } from './engine.ts';
import { GatewayError, reasonOf } from './errors.ts';
import { type RulesEntry, readRulesFile } from './rules-file.ts';

/** Rules in force. Replaced whole, by one assignment: a request sees the old ones or the new ones, never a mixture. */
export interface LoadedRules {
  readonly digest: string;
  /** Entries of the rules file, by mode. */
  readonly enforced: number;
  readonly observed: number;
  /** `undefined`: nothing to ask, so nothing is. */
  readonly inbound: Matcher | undefined;
  readonly outbound: Matcher | undefined;
  readonly observeInbound: Matcher | undefined;
  readonly observeOutbound: Matcher | undefined;
}

/** Name under which an administrator's own rules appear in logs. */
export const ownRulesOwner = 'own rules';

const maxOwnRulesBytes = 1024 * 1024;

/**
 * Reads the rules file and the administrator's own rules, and compiles them. Throws `GatewayError` (`invalid-rules-file`,
 * `rules-refused`) naming the file, the owner and the reason; what was in force stays so.
 */
export function loadRules(
  config: Pick<GatewayConfig, 'rulesFile' | 'ownRules'>,
  files: Files,
  engine: RuleEngine,
): LoadedRules {
  const { digest, entries } = readRulesFile(config.rulesFile, files);
  const scoped = entries.map((entry) => scope(entry, engine));
  const own = config.ownRules === undefined ? undefined : readOwnRules(config.ownRules, files, engine);
  // An administrator's rule that stops processing must not switch a mitigation off: mitigations are asked first.
  const enforced = [...scoped.filter((rules) => rules.mode === 'enforce'), ...(own ? [own] : [])];
  // Observed rules are compiled as if in force, in a set of their own: what they would do, with no way of doing it.
  const observed = scoped
    .filter((rules) => rules.mode === 'observe')
    .map((rules) => ({ ...rules, mode: 'enforce' as const }));
  return {
    digest,
    enforced: entries.filter((entry) => entry.mode === 'enforce').length,
    observed: observed.length,
    inbound: compile(enforced.filter(hasInbound), engine),
    outbound: compile(enforced.filter(hasOutbound), engine),
    observeInbound: compile(observed.filter(hasInbound), engine),
    observeOutbound: compile(observed.filter(hasOutbound), engine),
  };
}

function scope(entry: RulesEntry, engine: RuleEngine): ScopedRules {
  try {
    return { owner: entry.owner, level: entry.level, mode: entry.mode, configuration: engine.parse(entry.rewrite) };
  } catch (error) {
    throw new GatewayError('rules-refused', `${entry.owner}, action ${entry.index}: ${reasonOf(error)}`, error);
  }
}

/** Reads an administrator's own `<rewrite>` file. Throws `GatewayError` `rules-refused`. */
export function readOwnRules(file: string, files: Files, engine: RuleEngine): ScopedRules | undefined {
  try {
    const state = files.read(file, maxOwnRulesBytes);
    if (!state)
      throw new GatewayError(
        'rules-refused',
        `there is no such file; create it or take "ownRules" out of the configuration`,
      );
    const configuration = engine.parse(state.bytes.toString('utf8'));
    return { owner: ownRulesOwner, level: '/', mode: 'enforce', configuration };
  } catch (error) {
    throw new GatewayError('rules-refused', `${file}: ${reasonOf(error)}`, error);
  }
}

function compile(rules: readonly ScopedRules[], engine: RuleEngine): Matcher | undefined {
  if (rules.length === 0) return undefined;
  try {
    return engine.compile(rules);
  } catch (error) {
    throw new GatewayError('rules-refused', reasonOf(error), error);
  }
}

function hasInbound(rules: { configuration: RewriteConfiguration }): boolean {
  return (
    rules.configuration.rules.some((rule) => rule.enabled) ||
    rules.configuration.globalRules.some((rule) => rule.enabled)
  );
}

function hasOutbound(rules: { configuration: RewriteConfiguration }): boolean {
  return rules.configuration.outboundRules.some((rule) => rule.enabled);
}
