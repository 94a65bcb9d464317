import type { Files } from '@stopgap/machine';
import type { RewriteConfiguration, ScopedRules } from '@stopgap/rewrite';
import { reasonOf } from '../errors.ts';
import type { GatewayConfig } from '../settings/config.ts';
import { loadRules, readOwnRules } from './load-rules.ts';
import { rewriteEngine } from './rewrite-engine.ts';

/** What a gateway with this configuration would load now. Throws as a start would (`GatewayError`). */
export function checkRules(config: GatewayConfig, files: Files): { readonly digest: string } {
  return { digest: loadRules(config, files, rewriteEngine).digest };
}

/** Whether a gateway can enforce these rules: `undefined`, or why not. */
export function refusalOf(rules: ScopedRules): string | undefined {
  try {
    rewriteEngine.compile([rules]);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** The administrator's own rules, if the configuration names any. Throws `GatewayError` `rules-refused`. */
export function ownRulesOf(config: GatewayConfig, files: Files): RewriteConfiguration | undefined {
  return config.ownRules === undefined ? undefined : readOwnRules(config.ownRules, files, rewriteEngine);
}
