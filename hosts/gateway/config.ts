/** How the agent is told of a gateway. */
export interface GatewayHostConfig {
  readonly kind: 'gateway';
  /** Unique on this server. Default `gateway`. */
  readonly name?: string;
  /** The gateway's own configuration file (`stopgap gateway run --config`). */
  readonly configFile: string;
  /** Host header for proofs where the evidence names none. Default: the upstream's. */
  readonly hostHeader?: string;
}
