/**
 * What the agent's side of a gateway needs: its configuration, its rules file and its control socket, without the proxy and
 * without what the proxy loads.
 */

export { askReload, askStatus } from './control/control-client.ts';
export type { GatewayStatus } from './control/control-server.ts';
export { GatewayError, type GatewayErrorCode } from './errors.ts';
export { checkRules, ownRulesOf, refusalOf } from './rules/check.ts';
export {
  digestOf,
  formatRulesFile,
  maxRulesBytes,
  parseEditedRulesFile,
  parseRulesFile,
  type RulesEntry,
  type RulesFile,
  readRulesFile,
} from './rules/rules-file.ts';
export { type GatewayConfig, parseGatewayConfig, readGatewayConfig, schemeOf } from './settings/config.ts';
export { defaultLimits, type GatewayLimits } from './settings/limits.ts';
