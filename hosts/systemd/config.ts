import { type Decoder, object, oneOf, optional, text, whole } from '@stopgap/machine';

/** How the agent is told of systemd. */
export interface SystemdHostConfig {
  readonly kind: 'systemd';
  /** Unique on this server. Default `systemd`. */
  readonly name?: string | undefined;
  /** Seconds that units are given to stop before they are killed. Default 120: systemd's own 90, and some. */
  readonly stopSeconds?: number | undefined;
  /** Seconds that units are given to start again on removal. Default 120. */
  readonly startSeconds?: number | undefined;
}

/** Decodes the host's entry in the agent's configuration. Throws `MachineError` `invalid-json` naming the place. */
export const decodeSystemdHost: Decoder<SystemdHostConfig> = object({
  kind: oneOf('systemd'),
  name: optional(text(64)),
  stopSeconds: optional(whole(1, 3600)),
  startSeconds: optional(whole(1, 3600)),
});
