import { type Decoder, object, oneOf, optional, text } from '@stopgap/machine';

/** How the agent is told of a gateway. */
export interface GatewayHostConfig {
  readonly kind: 'gateway';
  /** Unique on this server. Default `gateway`. */
  readonly name?: string | undefined;
  /** The gateway's own configuration file (`stopgap gateway run --config`). */
  readonly configFile: string;
  /** Host header for proofs where the evidence names none. Default: the upstream's. */
  readonly hostHeader?: string | undefined;
}

/** Decodes the host's entry in the agent's configuration. Throws `MachineError` `invalid-json` naming the place. */
export const decodeGatewayHost: Decoder<GatewayHostConfig> = object({
  kind: oneOf('gateway'),
  name: optional(text(64)),
  configFile: text(),
  hostHeader: optional(text(255)),
});
