/**
 * What the agent's side of a gateway needs: its configuration, its rules file and its control socket, without the proxy and
 * without what the proxy loads.
 */
export { checkRules, ownRulesOf, refusalOf } from './check.ts';
export { type GatewayConfig, parseGatewayConfig, readGatewayConfig, schemeOf } from './config.ts';
export { askReload, askStatus } from './control-client.ts';
export type { GatewayStatus } from './control-server.ts';
export { GatewayError, type GatewayErrorCode } from './errors.ts';
export { defaultLimits, type GatewayLimits } from './limits.ts';
export {
  digestOf,
  formatRulesFile,
  maxRulesBytes,
  parseEditedRulesFile,
  parseRulesFile,
  type RulesEntry,
  type RulesFile,
  readRulesFile,
} from './rules-file.ts';
