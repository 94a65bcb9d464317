import type { Files } from '@stopgap/machine';
import type { RewriteConfiguration, ScopedRules } from '@stopgap/rewrite';
import type { GatewayConfig } from './config.ts';
import { interimEngine } from './interim-engine.ts';
import { loadRules, readOwnRules } from './rules.ts';

/** What a gateway with this configuration would load now. Throws as a start would (`GatewayError`). */
export function checkRules(config: GatewayConfig, files: Files): { readonly digest: string } {
  return { digest: loadRules(config, files, interimEngine).digest };
}

/** Whether a gateway can enforce these rules: `undefined`, or why not. */
export function refusalOf(rules: ScopedRules): string | undefined {
  try {
    interimEngine.compile([rules]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The administrator's own rules, if the configuration names any. Throws `GatewayError` `rules-refused`. */
export function ownRulesOf(config: GatewayConfig, files: Files): RewriteConfiguration | undefined {
  return config.ownRules === undefined ? undefined : readOwnRules(config.ownRules, files, interimEngine)?.configuration;
}
