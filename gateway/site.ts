import type { Agent as HttpAgent } from 'node:http';
import type { Log } from '@stopgap/machine';
import type { Pool } from 'undici';
import type { ClientConnection } from './clients/client-connection.ts';
import type { RefusalLog } from './exchange/refusal-log.ts';
import type { LoadedRules } from './rules/load-rules.ts';
import type { GatewayConfig } from './settings/config.ts';
import type { Slots } from './upstream/slots.ts';

/** What has happened since the start, for `GET /status`. */
export interface Tally {
  requests: number;
  /** Aborted, answered or redirected by a rule. */
  refused: number;
  /** Would have been, by a rule in observe mode. */
  observed: number;
  /** Refused because a rule could not be evaluated. */
  ruleFailures: number;
  upstreamFailures: number;
}

/** A running gateway, as the serving of one request sees it. */
export interface Site {
  readonly config: GatewayConfig;
  /** The rules in force; replaced by one assignment. */
  rules: LoadedRules;
  readonly pool: Pool;
  /** Who may use the pool. */
  readonly slots: Slots;
  /** For the few requests that `undici` cannot carry (`plain-relay.ts`). */
  readonly agent: HttpAgent;
  readonly agentSlots: Slots;
  readonly upstream: Upstream;
  readonly log: Log;
  readonly refusals: RefusalLog;
  readonly tally: Tally;
  /** All that are open: those taken for upgrades Node no longer counts as its own. */
  readonly connections: Set<ClientConnection>;
  /** Since `close()`: answers tell clients not to send another request. */
  closing: boolean;
}

/** Where requests go. */
export interface Upstream {
  readonly url: URL;
  readonly hostname: string;
  readonly port: number;
  /** Name asked for and checked in TLS; never what a client sent as Host. */
  readonly serverName: string | undefined;
  readonly ca: Buffer | undefined;
}
